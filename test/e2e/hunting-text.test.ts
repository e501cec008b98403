import { once } from 'node:events';
import { type IncomingMessage, request as send } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StandIn, startStandIn } from '../support/stand-in-tenants.ts';
import { type Came, cameOf, refusalOf } from './exports/lab.ts';

let api: StandIn;
beforeAll(async () => {
  api = await startStandIn(10, ['graph', 'm365d', 'mde'], { cost: 1_000_000 });
});
afterAll(() => api.stop());

const schema = '{"name":"A","type":"String"},{"name":"B","type":"SByte"},{"name":"C","type":"Int64"}';
const answerOf = (rows: readonly string[]): string => `{"schema":[${schema}],"results":[${rows.join(',')}]}`;
const plain = (index: number): string => `{"A":"row ${index} \\"ü\\" \\\\","B":${index % 2},"C":${index}}`;
const some = answerOf([
  plain(1),
  plain(2),
  '{"A":"\\u00e9\\/","B":{},"C":9007199254740993}',
  '{ "C" : 1.0, "A": "\\ud800" }',
  plain(3),
]);

/** Sends a body, and gives the answer as it came. */
const post = async (path: string, body: unknown): Promise<Came> => {
  const headers = { 'content-type': 'application/json' };
  const asked = send(`${api.running.gateway.url}${path}`, { method: 'POST', headers, agent: false });
  asked.end(JSON.stringify(body));
  const [answer]: IncomingMessage[] = await once(asked, 'response');
  if (answer === undefined) throw new Error('There is no answer');
  return cameOf(answer);
};

describe('speed 9: rows of a hunt stand in the answer as text', () => {
  /** The rows as they were when each was parsed and printed. */
  const rows = (tenant: string): readonly string[] => [
    String.raw`{"A":"row 1 \"ü\" \\","B":true,"C":1,"TenantName":"${tenant}"}`,
    String.raw`{"A":"row 2 \"ü\" \\","B":false,"C":2,"TenantName":"${tenant}"}`,
    `{"A":"é/","B":null,"C":"9007199254740993","TenantName":"${tenant}"}`,
    String.raw`{"C":1,"A":"\ud800","TenantName":"${tenant}"}`,
    String.raw`{"A":"row 3 \"ü\" \\","B":true,"C":3,"TenantName":"${tenant}"}`,
  ];
  const hunt = (tenants: readonly string[], more = ''): string =>
    `hunt(input: { query: "T", tenants: ${JSON.stringify(tenants)}${more} }) { rows rowCount tenants { status } }`;

  test('in several fields, over several tenants, cut, without rows, with errors beside, in a batch', async () => {
    const [one, two, empty, bad] = [
      api.tenant(() => ({ body: some })).name,
      api.tenant(() => ({ body: `\ufeff${some}` })).name,
      api.tenant(() => ({ body: answerOf([]) })).name,
      api.tenant(() => ({ status: 400, body: { error: { code: 'BadRequest', message: 'Bad KQL' } } })).name,
    ];
    const query = `{ cut: ${hunt([one], ', maxRows: 2')} both: ${hunt([two, bad, one])} none: ${hunt([empty])} bad: ${hunt([bad])} again: ${hunt([one])} }`;
    const told = (...states: readonly string[]): string => states.map((status) => `{"status":"${status}"}`).join(',');
    const field = (name: string, text: readonly string[], states: string): string =>
      `"${name}":{"rows":[${text.join(',')}],"rowCount":${text.length},"tenants":[${states}]}`;
    const data = [
      field('cut', rows(one).slice(0, 2), told('SUCCEEDED')),
      field('both', [...rows(one), ...rows(two)], told('SUCCEEDED', 'SUCCEEDED', 'FAILED')),
      field('none', [], told('SUCCEEDED')),
      '"bad":null',
      field('again', rows(one), told('SUCCEEDED')),
    ].join(',');

    const { body, headers, status } = await post('/graphql', { query });
    const text = body.toString();
    const [, errors = ''] = /^\{"errors":(\[.*?\]),"data":/.exec(text) ?? [];
    expect(text).toBe(`{"errors":${errors},"data":{${data}}}\n`);
    expect(JSON.parse(errors)).toMatchObject([{ path: ['bad'], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect([status, headers['content-type'], headers['content-length'], headers['transfer-encoding']]).toEqual([
      200,
      'application/json; charset=utf-8',
      String(body.length),
      undefined,
    ]);

    const batch = await post('/graphql', [{ query: `{ ${hunt([one])} }` }, { query: `{ ${hunt([two])} }` }]);
    const parts = [one, two].map((tenant) => `{"data":{${field('hunt', rows(tenant), told('SUCCEEDED'))}}}`);
    expect(batch.body.toString()).toBe(`[${parts.map((part) => `${part}\n`).join(',')}]`);
  });
});

describe('speed 9: rows that cannot be written', () => {
  test('nested too deep are a malformed answer of their tenant, and nothing that was out of reach', async () => {
    const [deep, good] = [
      api.tenant(() => ({ body: answerOf([`{"A":"x","B":${'['.repeat(20_000)}${']'.repeat(20_000)}}`]) })),
      api.tenant(() => ({ body: some })),
    ];
    const query = `{ hunt(input: { query: "T", tenants: ["${deep.name}", "${good.name}"] }) { rowCount tenants { status error { code message } } } }`;
    const { body } = await post('/graphql', { query });
    expect(JSON.parse(body.toString()).data.hunt).toMatchObject({
      rowCount: 5,
      tenants: [
        { status: 'FAILED', error: { code: 'UPSTREAM_UNAVAILABLE', message: expect.stringContaining('malformed') } },
        { status: 'SUCCEEDED', error: null },
      ],
    });
    // Twice of each API, as any answer that is no JSON.
    expect(deep.asked.length).toBe(6);
  });
});

describe('speed 9: an export of a hunt gives rows while they come', () => {
  const many = Array.from({ length: 30_000 }, (_, index) => plain(index));
  const long = answerOf(many);

  test('of a long answer all of them, with a cut and as CSV too', async () => {
    const { name } = api.tenant(() => ({ body: long }));
    const question = { query: 'T', tenants: [name] };
    const whole = await post('/export/hunt', question);
    expect([whole.rows.length, whole.end?.complete, whole.trailers['x-export-rows']]).toEqual([30_000, true, '30000']);
    expect(whole.rows.at(-1)).toEqual({ A: 'row 29999 "ü" \\', B: true, C: 29_999, TenantName: name });
    const cut = await post('/export/hunt', { ...question, first: 21_111 });
    expect([cut.rows.length, cut.end?.more, cut.rows.at(-1)?.C]).toEqual([21_111, true, 21_110]);
    const csv = await post('/export/hunt', { ...question, format: 'csv' });
    const lines = csv.body.toString().split('\r\n');
    expect([csv.whole, lines.length, lines[30_000]]).toEqual([true, 30_002, `${name},"row 29999 ""ü"" \\",true,29999`]);
  });

  test('a failure among them is told behind them: it is not asked again, and no other API is', async () => {
    const { name, asked } = api.tenant(() => ({ body: long.slice(0, -1000) }));
    const { rows, failures, end, whole } = await post('/export/hunt', { query: 'T', tenants: [name] });
    expect(rows.length).toBeGreaterThan(5000);
    expect(rows.every(({ C }, index) => C === index)).toBe(true);
    expect(failures).toMatchObject([{ tenant: name, code: 'UPSTREAM_UNAVAILABLE' }]);
    expect([end?.complete, end?.rows, whole, asked.length]).toEqual([false, rows.length, true, 1]);
    const csv = await post('/export/hunt', { query: 'T', tenants: [name], format: 'csv' });
    expect([csv.whole, csv.body.toString().includes(`# NOT COMPLETE: ${name}: UPSTREAM_UNAVAILABLE`)]).toEqual([
      false,
      true,
    ]);
  });

  test('a short answer that is cut off is asked for again before a row is given', async () => {
    const { name, asked } = api.tenant(() => ({ body: some.slice(0, -3) }));
    expect(refusalOf(await post('/export/hunt', { query: 'T', tenants: [name] })).code).toBe('UPSTREAM_UNAVAILABLE');
    // Twice of each API.
    expect(asked.length).toBe(6);
  });
});
