import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';
import { startChild } from './child.ts';
import type { Row } from './rows.ts';

/** Rows of the export; `EXPORT_ROWS` for a short one. */
const wanted = Number(process.env.EXPORT_ROWS ?? 1_000_000);

/** As `npm start` runs it. */
const asStarted = ['--max-semi-space-size=4'];

/** What the promise allows. */
const most = { rssMb: 250, firstRowMs: 1000 } as const;

/** Reads an export to its end: its rows, and the milliseconds to the first of them and to the last. */
const readExport = async (url: string) => {
  const started = performance.now();
  const [response]: IncomingMessage[] = await once(get(url), 'response');
  if (response?.statusCode !== 200) throw new Error(`The export was answered with ${response?.statusCode}`);
  let [lines, firstMs, last] = [0, 0, ''];
  for await (const chunk of response) {
    const text = String(chunk);
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
    if (firstMs === 0 && lines > 0) firstMs = performance.now() - started;
    last = (last + text).slice(-200);
  }
  if (!last.includes('"complete":true')) throw new Error(`The export is not whole: ${last}`);
  return { rows: lines - 1, firstMs, ms: performance.now() - started };
};

/** An assessment of 1,000,000 rows in both of Microsoft's forms: time to the first row, rows a second, memory of the process. */
export const measureExports = async (): Promise<readonly Row[]> => {
  const simulator = await startSimulator({
    tenants: [simTenant('large', { scale: 0.2 })],
    oddities: { exportedRows: wanted },
    enforceQuotas: false,
  });
  const settings = changedSettings(gatewaySettings(simulator), [[['server', 'port'], 0]]);
  const place = { tenantId: '', clientId: '', clientSecret: '', authority: '', graph: '', mde: '' };
  const rows: Row[] = [];
  try {
    for (const form of (process.env.EXPORT_FORMS ?? 'files,json').split(',')) {
      const gateway = await startChild('gateway', { ...place, caPem: simulator.caPem, settings }, asStarted);
      try {
        const { peakRssMb: idleMb } = await gateway.usage();
        const read = await readExport(`${gateway.url}/export/softwareVulnerabilities?form=${form}`);
        if (read.rows < wanted) throw new Error(`${read.rows} rows came of ${wanted}`);
        const { peakRssMb } = await gateway.usage();
        const name = `export of ${read.rows.toLocaleString('en')} rows as ${form}`;
        rows.push(
          {
            ...{ measure: `${name}: first row`, unit: 'ms', gateway: read.firstMs, baseline: most.firstRowMs },
            ...(form === 'files' && { promise: { text: 'within a second', held: read.firstMs <= most.firstRowMs } }),
          },
          {
            ...{ measure: `${name}: peak RSS, and before`, unit: 'MB', gateway: peakRssMb, baseline: idleMb },
            promise: { text: 'under 250 MB', held: peakRssMb < most.rssMb },
          },
          { measure: `${name}: time`, unit: 'ms', gateway: read.ms },
        );
      } finally {
        await gateway.stop();
      }
    }
    return rows;
  } finally {
    await simulator.stop();
  }
};
