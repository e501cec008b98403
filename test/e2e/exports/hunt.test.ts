import { once } from 'node:events';
import { type IncomingMessage, request as send } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../../support/gateway.ts';
import { keyHeader } from '../../support/keys.ts';
import { type Came, cameOf, exportOf, refusalOf, startExports } from './lab.ts';

let running: Running;
beforeAll(async () => {
  running = await startExports({ alpha: { scale: 0.2 }, beta: { scale: 0.1 } }, [
    [['limits'], { exportsUnderWay: 4, exportRows: 3000, requestsPerMinute: 0 }],
  ]);
});
afterEach(() => {
  running.simulator.faults.clear();
  running.simulator.oddities.reset();
});
afterAll(() => running.stop());

const json = { 'content-type': 'application/json' };

/** Asks for a hunt as an export. */
const hunt = async (
  body: unknown,
  headers: Readonly<Record<string, string>> = keyHeader('hunters'),
  type: Readonly<Record<string, string>> = json,
): Promise<Came> => {
  const request = send(`${running.gateway.url}/export/hunt`, {
    method: 'POST',
    headers: { ...type, ...headers },
    agent: false,
  });
  request.end(typeof body === 'string' ? body : JSON.stringify(body));
  const [answer]: IncomingMessage[] = await once(request, 'response');
  if (answer === undefined) throw new Error('There is no answer');
  return cameOf(answer);
};

const query = 'DeviceInfo | project DeviceId, OSPlatform | sort by DeviceId asc';
interface Hunted {
  readonly hunt: { readonly rows: readonly Readonly<Record<string, unknown>>[] };
}
const graphRows = async (input: Readonly<Record<string, unknown>>) => {
  const { data } = await running.ask<Hunted>(
    'query ($input: HuntInput!) { hunt(input: $input) { rows } }',
    { input },
    keyHeader('hunters'),
  );
  return data.hunt.rows;
};

describe('F4: a hunt as an export', () => {
  test('NDJSON has the rows of the graph, and its end', async () => {
    const { status, rows, end, whole, headers } = await hunt({ query });
    expect([status, whole, headers['content-type']]).toEqual([200, true, 'application/x-ndjson; charset=utf-8']);
    expect(rows).toEqual(await graphRows({ query }));
    expect(end).toMatchObject({ rows: rows.length, complete: true, more: false, truncation: null });
    expect(new Set(rows.map(({ TenantName }) => TenantName))).toEqual(new Set(['alpha', 'beta']));
  });

  test('CSV has the columns of the query behind the tenant, also where there is no row', async () => {
    const { body, whole, headers } = await hunt({ query, tenants: ['alpha'], format: 'csv', first: 1 });
    expect(headers['content-disposition']).toBe('attachment; filename="hunt.csv"');
    expect(body.toString()).toMatch(/^TenantName,DeviceId,OSPlatform\r\nalpha,[0-9a-f]{40},\w+\r\n$/);
    expect(whole).toBe(true);
    const none = await hunt({ query: `${query} | where DeviceId == "none"`, tenants: ['alpha'], format: 'csv' });
    expect([none.status, none.body.toString()]).toEqual([200, 'TenantName,DeviceId,OSPlatform\r\n']);
  });

  test('a column by whose name a row would pass for another line is refused, whatever stands in it', async () => {
    const asked = { query: `DeviceInfo | take 1 | project ['@export'] = "end", complete = true`, tenants: ['alpha'] };
    const { status, body } = await hunt(asked);
    expect([status, body.toString()]).toEqual([400, expect.stringContaining('no column is called @export')]);
    expect(await graphRows(asked)).toEqual([{ '@export': 'end', complete: true, TenantName: 'alpha' }]);
  });

  test('values of parameters stay values, and a time span is handed on', async () => {
    const asked = {
      query: 'DeviceInfo | where DeviceName in (names) | project DeviceName',
      parameters: [{ name: 'names', strings: ['x" or true or "'] }],
      timespan: 'P7D',
      tenants: ['alpha'],
    };
    expect(await hunt(asked)).toMatchObject({ status: 200, rows: [], end: { complete: true } });
  });

  test('gzip, as a file and on the way', async () => {
    const { rows } = await hunt({ query, tenants: ['alpha'] });
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    const file = await hunt({ query, tenants: ['alpha'], gzip: 1 });
    expect(gunzipSync(file.body).toString()).toContain(text);
    const coded = await hunt({ query, tenants: ['alpha'] }, { ...keyHeader('hunters'), 'accept-encoding': 'gzip' });
    expect(coded.headers['content-encoding']).toBe('gzip');
  });
});

describe('F4: a hunt is asked for as the graph is', () => {
  test.each([
    ['a query that is empty', { query: ' ' }, 400, 'BAD_USER_INPUT', 'KQL is empty'],
    ['none', {}, 400, 'BAD_USER_INPUT', 'KQL is empty'],
    ['a management command', { query: '.show tables' }, 400, 'BAD_USER_INPUT', 'management commands'],
    ['a time span that is none', { query, timespan: 'last week' }, 400, 'BAD_USER_INPUT', 'ISO 8601'],
    ['a parameter that it does not have', { query, maxRows: 5 }, 400, 'BAD_USER_INPUT', 'There is no parameter'],
    ['columns', { query, fields: ['DeviceId'] }, 400, 'BAD_USER_INPUT', 'There is no parameter'],
    ['a query that is no text', { query: { a: 1 } }, 400, 'BAD_USER_INPUT', 'query must be text'],
    ['a query in two parts', { query: [query, query] }, 400, 'BAD_USER_INPUT', 'once'],
    ['a format that there is not', { query, format: 'xlsx' }, 400, 'BAD_USER_INPUT', 'ndjson or csv'],
    ['a tenant that they do not see', { query, tenants: ['gamma'] }, 404, 'NOT_FOUND', 'no tenant "gamma"'],
    ['a list', [{ query }], 400, 'BAD_USER_INPUT', ''],
    ['no JSON', '{', 400, 'BAD_REQUEST', ''],
  ] as const)('%s is refused', async (_, body, status, code, says) => {
    running.simulator.calls.reset();
    const refused = refusalOf(await hunt(body));
    if (code !== 'BAD_REQUEST') expect(refused.code).toBe(code);
    expect([refused.status, refused.message]).toEqual([status, expect.stringContaining(says)]);
    expect(running.simulator.calls.count({ operation: 'runHuntingQuery' })).toBe(0);
  });

  test('only with hunt:raw, and by POST with JSON', async () => {
    expect(refusalOf(await hunt({ query }, {})).code).toBe('UNAUTHENTICATED');
    const refused = refusalOf(await hunt({ query }, keyHeader('servers')));
    expect([refused.code, refused.message]).toEqual(['FORBIDDEN', expect.stringContaining('hunt:raw')]);
    const elsewhere = await hunt({ query, tenants: ['alpha'] }, keyHeader('elsewhere'));
    expect(refusalOf(elsewhere).code).toBe('NOT_FOUND');
    expect(refusalOf(await exportOf(running, 'hunt')).message).toContain('with POST');
    expect(refusalOf(await exportOf(running, 'machines', keyHeader('admin'), 'POST')).message).toContain('with GET');
    const plain = refusalOf(await hunt({ query }, keyHeader('hunters'), { 'content-type': 'text/plain' }));
    expect([plain.code, plain.message]).toEqual(['BAD_USER_INPUT', expect.stringContaining('application/json')]);
  });

  test('it is in the audit log of each tenant, with the query', async () => {
    const marked = `${query} // ${Date.now()}`;
    await hunt({ query: marked });
    const { rows } = await exportOf(
      running,
      `auditLog?fields=tenant,mutation,target,outcome,input&filter=${encodeURIComponent('{"caller":"hunters"}')}`,
    );
    const own = rows.slice(0, 4);
    expect(own.map(({ tenant, mutation, target, outcome }) => [tenant, mutation, target, outcome])).toEqual(
      expect.arrayContaining(
        ['alpha', 'beta'].flatMap((tenant) =>
          ['INTENDED', 'DONE'].map((outcome) => [tenant, 'export', 'hunt', outcome]),
        ),
      ),
    );
    expect(own[0]?.input).toMatchObject({ query: marked });
  });
});

describe('F4: what is missing of a hunt is told', () => {
  const fail = (tenant: string): void => {
    for (const product of ['graph', 'm365d', 'mde'] as const)
      running.simulator.faults.add({ tenant, product, effect: { kind: 'status', status: 400, message: 'Bad KQL' } });
  };

  test('a tenant that fails is a line, and the rows of the others are there', async () => {
    fail('alpha');
    const { rows, failures, end, whole } = await hunt({ query });
    expect(new Set(rows.map(({ TenantName }) => TenantName))).toEqual(new Set(['beta']));
    expect(failures).toMatchObject([{ tenant: 'alpha', code: 'BAD_USER_INPUT' }]);
    expect([end?.complete, whole]).toEqual([false, true]);
  });

  test('where all fail it is an error, and CSV is never a part', async () => {
    fail('beta');
    const part = await hunt({ query, format: 'csv' });
    expect([part.whole, part.body.toString()]).toEqual([false, expect.stringContaining('# NOT COMPLETE: beta')]);
    fail('alpha');
    expect(refusalOf(await hunt({ query })).code).toBe('BAD_USER_INPUT');
  });

  test('as many rows as Microsoft gives at most may not be all, beside the limit of an export', async () => {
    const { rows, end } = await hunt({ query: 'range Number from 1 to 100000 step 1', tenants: ['alpha'] });
    expect([rows.length, end?.complete]).toEqual([3000, false]);
    expect(end?.truncation).toContain('alpha: Microsoft gives 100000 rows at most');
    expect(end?.truncation).toContain('limits.exportRows');
  });
});
