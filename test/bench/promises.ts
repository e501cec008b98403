import { type Lab, startLab } from '../promises/lab.ts';
import { machineRows, timedRows } from '../promises/stand-in.ts';
import { countedPromises, isHeld } from '../promises/table.ts';
import { startChild } from './child.ts';
import { graphql, percentile, runLoad } from './load.ts';
import type { Row } from './rows.ts';

const few = 1000;
const many = 10_000;
const rounds = 7;

/** Lists whose pages of 1,000 and of 10,000 rows are compared, of a tenant that has all of them. */
const pages = [
  ['machines', 'computerDnsName osPlatform riskScore healthStatus lastSeen'],
  ['alerts', 'title severity status createdAt updatedAt'],
] as const;

/**
 * What a page of so many rows costs the gateway, against one of a tenth: CPU of its process alone, medians of one run. Nothing of the
 * smaller one is known from before.
 */
const measurePages = async ({ estate, manySettings, many: { simulator } }: Lab): Promise<readonly Row[]> => {
  const { machines, alerts } = estate('t000');
  machines.splice(0, machines.length, ...machineRows(many));
  alerts.splice(0, alerts.length, ...timedRows('p', many));
  const { caPem } = simulator;
  const place = { tenantId: '', clientId: '', clientSecret: '', authority: '', graph: '', mde: '' };
  const gateway = await startChild('gateway', { ...place, caPem, settings: manySettings });
  const cpuOf = async (query: string, count: number, times: number): Promise<number> => {
    const before = await gateway.usage();
    await runLoad(graphql(gateway.url, query, { first: count }, 'no-store'), times, 1);
    return ((await gateway.usage()).cpuMs - before.cpuMs) / times;
  };
  try {
    const rows: Row[] = [];
    for (const [list, fields] of pages) {
      const query = `query ($first: Int!) { ${list}(tenants: ["t000"], first: $first) { nodes { ${fields} } pageInfo { endCursor } } }`;
      const ask = graphql(gateway.url, query, { first: many }, 'no-store');
      const [counted] = fields.split(' ');
      if ((await ask()).split(`"${counted}"`).length !== many + 1) throw new Error(`${list}: not a page of ${many}`);
      await cpuOf(query, few, 30);
      await cpuOf(query, many, 3);
      const costs: Readonly<Record<'few' | 'many', number[]>> = { few: [], many: [] };
      for (let round = 0; round < rounds; round += 1) {
        costs.few.push(await cpuOf(query, few, 10));
        costs.many.push(await cpuOf(query, many, 1));
      }
      const cpu = { few: percentile(costs.few, 0.5), many: percentile(costs.many, 0.5) };
      rows.push({
        measure: `10,000 ${list} in a page against 1,000: CPU`,
        unit: 'ms',
        gateway: cpu.many,
        baseline: cpu.few,
        promise: { text: 'ratio at most 12', held: cpu.many <= 12 * cpu.few },
      });
    }
    return rows;
  } finally {
    await gateway.stop();
  }
};

/** Every promise that is counted (test/promises/table.ts), and what pages of many rows cost. */
export const measurePromises = async (): Promise<readonly Row[]> => {
  const lab = await startLab();
  try {
    const rows: Row[] = [];
    for (const promise of countedPromises) {
      const figure = await promise.count(lab);
      const { measure, unit, least, most } = promise;
      const text = least === most ? `${most}` : `${least === undefined ? 'at most' : `${least} to`} ${most}`;
      rows.push({ measure, unit, gateway: figure, promise: { text, held: isHeld(promise, figure) } });
    }
    return [...rows, ...(await measurePages(lab))];
  } finally {
    await lab.stop();
  }
};
