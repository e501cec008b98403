import { once } from 'node:events';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../../support/gateway.ts';
import { keyHeader } from '../../support/keys.ts';
import { callsOf, exportOf, openExport, refusalOf, startExports } from './lab.ts';

let running: Running;
beforeAll(async () => {
  running = await startExports({ alpha: { scale: 0.2 }, beta: { scale: 0.1 } }, [
    [['limits'], { exportsUnderWay: 4, exportRows: 6000, pageSize: 3, requestsPerMinute: 0 }],
    [['access', 'anonymous'], 'reader'],
    [['server', 'trustProxy'], 1],
  ]);
});
afterEach(() => {
  running.simulator.faults.clear();
  running.simulator.oddities.reset();
});
afterAll(() => running.stop());

const operation = 'exportSoftwareVulnerabilities';
const large = 'softwareVulnerabilities?tenants=alpha&form=json';

describe('F4: the form of an export', () => {
  test('CSV is quoted by RFC 4180, and no cell is a formula', async () => {
    const { headers, body, whole, trailers } = await exportOf(
      running,
      'nonCpeSoftware?tenants=alpha&format=csv&fields=softwareName,tenant',
    );
    expect(headers['content-type']).toBe('text/csv; charset=utf-8; header=present');
    expect(headers['content-disposition']).toBe('attachment; filename="nonCpeSoftware.csv"');
    const [head, first, ...rest] = body.toString().split('\r\n');
    expect(head).toBe('softwareName,tenant');
    expect(first).toBe('"\'=HYPERLINK(""https://example.com""), ""Time Sheet""",alpha');
    expect([whole, trailers['x-export-rows']]).toEqual([true, String(rest.length)]);
  });

  test('lists are JSON in a cell, and a head stands above no rows', async () => {
    const { body } = await exportOf(
      running,
      'machines?tenants=alpha&format=csv&fields=machineTags,isAadJoined&first=1',
    );
    expect(body.toString()).toMatch(/^machineTags,isAadJoined\r\n"\[""[^\r\n]*\]",(true|false)\r\n$/);
    const filter = encodeURIComponent('{"machineId":["00000000000000000000000000000000deadbeef"]}');
    const none = await exportOf(running, `machines?tenants=alpha&format=csv&fields=machineId&filter=${filter}`);
    expect([none.status, none.whole, none.body.toString()]).toEqual([200, true, 'machineId\r\n']);
  });

  test('gzip on the way, where the caller takes it, and as a file, where they ask for it', async () => {
    const { body: plain } = await exportOf(running, 'machines?tenants=alpha');
    const accept = { ...keyHeader('admin'), 'accept-encoding': 'br;q=1.0, gzip;q=0.8' };
    const coded = await exportOf(running, 'machines?tenants=alpha', accept);
    expect([coded.headers['content-encoding'], coded.headers.vary?.toLowerCase()]).toEqual([
      'gzip',
      expect.stringContaining('accept-encoding'),
    ]);
    expect(gunzipSync(coded.body)).toEqual(plain);
    const file = await exportOf(running, 'machines?tenants=alpha&gzip=1', accept);
    expect([file.headers['content-encoding'], file.headers['content-type']]).toEqual([undefined, 'application/gzip']);
    expect(file.headers['content-disposition']).toContain('machines.ndjson.gz');
    expect(gunzipSync(file.body)).toEqual(plain);
    const refused = await exportOf(running, 'machines?tenants=alpha&gzip=0', accept);
    expect(refused.body).toEqual(plain);
  });
});

/** Resolves when a number is the same three times in a row. */
const steady = async (count: () => number): Promise<number> => {
  let same = 0;
  let last = count();
  await expect
    .poll(
      () => {
        same = count() === last ? same + 1 : 0;
        last = count();
        return same;
      },
      { interval: 40 },
    )
    .toBeGreaterThanOrEqual(3);
  return last;
};

describe('F4: an export goes at the pace of its caller', () => {
  test('rows cost the pages of Microsoft, and not those of the graph', async () => {
    const before = callsOf(running, 'listMachines');
    const { rows } = await exportOf(running, 'machines?tenants=alpha&fields=machineId');
    expect(rows.length).toBe(running.simulator.world('alpha').machines.length);
    expect(rows.length).toBeGreaterThan(9);
    expect(callsOf(running, 'listMachines') - before).toBeLessThanOrEqual(2);
    expect((await exportOf(running, 'auditLog?fields=seq')).rows.length).toBeGreaterThan(3);
  });

  test('who does not read keeps pages from being asked for; who leaves ends it', async () => {
    running.simulator.oddities.set({ exportedRows: 1_000_000 });
    const before = callsOf(running, operation);
    const answer = await openExport(running, large);
    await once(answer, 'readable');
    const asked = (await steady(() => callsOf(running, operation))) - before;
    expect(asked).toBeLessThanOrEqual(4);
    answer.destroy();
    await steady(() => callsOf(running, operation));
    expect(callsOf(running, operation) - before).toBeLessThanOrEqual(asked + 1);
    const filter = encodeURIComponent('{"outcome":["PARTLY_DONE"]}');
    await expect
      .poll(async () => (await exportOf(running, `auditLog?fields=mutation,target&filter=${filter}`)).rows)
      .toContainEqual({ mutation: 'export', target: 'softwareVulnerabilities' });
  });

  test('rows that are more than limits.exportRows are told', async () => {
    running.simulator.oddities.set({ exportedRows: 12_000 });
    const { rows, end, whole } = await exportOf(running, `${large}&fields=id`);
    expect([rows.length, whole]).toEqual([6000, true]);
    expect(end).toMatchObject({ rows: 6000, complete: false, more: true });
    expect(end?.truncation).toContain('limits.exportRows');
    expect((await exportOf(running, `${large}&fields=id&format=csv`)).whole).toBe(false);
    const log = await exportOf(
      running,
      `auditLog?fields=tenant,outcome&filter=${encodeURIComponent('{"caller":"admin"}')}&first=6`,
    );
    expect(log.rows.filter(({ outcome }) => outcome !== 'INTENDED').slice(0, 2)).toEqual([
      { tenant: 'alpha', outcome: 'PARTLY_DONE' },
      { tenant: 'alpha', outcome: 'PARTLY_DONE' },
    ]);
  });

  test('one caller has half of the places, and gets them back', async () => {
    running.simulator.oddities.set({ exportedRows: 1_000_000 });
    const held = await Promise.all([openExport(running, large), openExport(running, large)]);
    const refused = await exportOf(running, 'machines');
    expect(refusalOf(refused)).toMatchObject({ status: 503, code: 'OVERLOADED' });
    expect(refused.headers['retry-after']).toBe('30');
    expect((await exportOf(running, 'machines', keyHeader('reader'))).status).toBe(200);
    for (const answer of held) answer.destroy();
    await expect.poll(async () => (await exportOf(running, 'machines')).status).toBe(200);
  });

  test('callers without a credential have their places by their network', async () => {
    running.simulator.oddities.set({ exportedRows: 1_000_000 });
    const from = (address: string) => ({ 'x-forwarded-for': address });
    const held = await Promise.all([1, 2].map(() => openExport(running, large, from('192.0.2.1'))));
    expect(refusalOf(await exportOf(running, 'machines', from('192.0.2.1'))).code).toBe('OVERLOADED');
    expect((await exportOf(running, 'machines', from('198.51.100.1'))).status).toBe(200);
    for (const answer of held) answer.destroy();
    await expect.poll(async () => (await exportOf(running, 'machines', from('192.0.2.1'))).status).toBe(200);
  });

  test('a tenant that fails in the middle is told, and its rows so far stay', async () => {
    running.simulator.oddities.set({ exportedRows: 5500 });
    const answer = await openExport(running, `${large}&fields=id`);
    running.simulator.faults.add({ operation, effect: { kind: 'status', status: 403, code: 'Forbidden' } });
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(Buffer.from(chunk));
    const lines = Buffer.concat(chunks).toString().trimEnd().split('\n');
    expect(lines.at(-2)).toContain('"@export":"failure"');
    expect(lines.at(-1)).toContain('"complete":false');
    expect(lines.length).toBeGreaterThan(5000);
  });

  test('how exports ended, and their rows, are counted', async () => {
    await exportOf(running, 'machines?first=2&format=csv');
    const text = await (await fetch(`${running.gateway.url}/metrics`)).text();
    const countOf = (name: string): number =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${name} `))
          ?.split(' ')[1] ?? 0,
      );
    const labels = (format: string, outcome: string, name: string) =>
      `gateway_exports_total{export="${name}",format="${format}",outcome="${outcome}"}`;
    expect(countOf(labels('csv', 'OK', 'machines'))).toBeGreaterThan(0);
    expect(countOf(labels('ndjson', 'LEFT', 'softwareVulnerabilities'))).toBeGreaterThan(0);
    expect(countOf(labels('ndjson', 'TRUNCATED', 'softwareVulnerabilities'))).toBeGreaterThan(0);
    expect(countOf('gateway_export_rows_total{export="machines"}')).toBeGreaterThan(1);
  });
});
