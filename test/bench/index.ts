import { parseArgs } from 'node:util';
import { measureBulkheads } from './bulkheads.ts';
import { measureDemo } from './demo.ts';
import { measureExports } from './exports.ts';
import { measureFirstCallers } from './first-callers.ts';
import { measureHunting } from './hunting.ts';
import { closeConnections } from './load.ts';
import { measureProcess } from './process.ts';
import { measurePromises } from './promises.ts';
import { type Row, tableOf } from './rows.ts';
import { measureSendPath } from './send-path.ts';
import { measureIncidentPage, measureMachines } from './servers.ts';
import { measureTenants } from './tenants.ts';
import { startUpstream, type Upstream } from './upstream.ts';

/** The parts, in the order of the table. */
const parts = {
  page: measureIncidentPage,
  machines: measureMachines,
  callers: measureFirstCallers,
  demo: measureDemo,
  hunting: measureHunting,
  promises: measurePromises,
  exports: measureExports,
  process: measureProcess,
  tenants: measureTenants,
  send: measureSendPath,
  bulkheads: measureBulkheads,
} satisfies Record<string, (upstream: Upstream) => Promise<readonly Row[]>>;

const { values, positionals } = parseArgs({
  options: { strict: { type: 'boolean', default: false } },
  allowPositionals: true,
});

const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  process.stderr.write(`Unknown part ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}\n`);
  process.exit(2);
}

/** `npm run bench [-- PART...] [--strict]`: all parts or those named; `--strict` fails when a promise does not hold. */
const rows: Row[] = [];
const upstream = await startUpstream();
try {
  for (const [name, measure] of Object.entries(parts)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    process.stderr.write(`measuring: ${name}\n`);
    rows.push(...(await measure(upstream)));
  }
} finally {
  await upstream.stop();
  await closeConnections();
}

process.stdout.write(`${tableOf(rows)}\n`);
const broken = rows.filter(({ promise }) => promise?.held === false);
if (values.strict && broken.length > 0) process.exitCode = 1;
