import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isPermission, permissionSubjects } from '../../../src/config/permissions.ts';
import { own, ownNames } from '../../../src/entities/own.ts';
import { entities, listedNames } from '../../../src/entities/table.ts';
import type { Answer, Running } from '../../support/gateway.ts';
import { keyHeader } from '../../support/keys.ts';
import { exportOf, type Line, refusalOf, startExports } from './lab.ts';

let running: Running;
beforeAll(async () => {
  running = await startExports();
  await running.ask('{ tenants { capabilities { available } } }', {}, keyHeader('admin')); // Takes the tokens.
});
afterEach(() => running.simulator.faults.clear());
afterAll(() => running.stop());

interface Page {
  readonly nodes: readonly Line[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

/** The list as the graph gives it, page by page. */
const graphRows = async (list: string, fields: string, key: string, asked = ''): Promise<readonly Line[]> => {
  const rows: Line[] = [];
  for (let after: string | null = null; ; ) {
    const answer: Answer<Readonly<Record<string, Page>>> = await running.ask(
      `query ($after: String) { ${list}(first: 200, after: $after${asked}) { nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`,
      { after },
      keyHeader(key),
    );
    expect(answer.errors).toEqual([]);
    const page = answer.data[list];
    rows.push(...(page?.nodes ?? []));
    if (page?.pageInfo.hasNextPage !== true) return rows;
    after = page.pageInfo.endCursor;
  }
};

/** Every list of the tables, with the field of its ids and what it asks of a caller. */
const lists = [
  ...listedNames.map((name) => ({ name, id: entities[name].id.field, permission: entities[name].permission })),
  ...ownNames.map((name) => ({ name, id: own[name].id.field, permission: own[name].permission })),
];

describe('F4: every list of the graph is exported', () => {
  test.each(lists)('$name: the rows of the graph, in its order within a tenant', async ({ name, id }) => {
    const key = 'admin';
    const graph = name === 'auditLog' ? null : await graphRows(name, id, key, ', tenants: ["alpha"]');
    const { status, headers, trailers, whole, rows, failures, end } = await exportOf(running, `${name}?tenants=alpha`);
    expect([status, headers['content-type'], whole, failures]).toEqual([
      200,
      'application/x-ndjson; charset=utf-8',
      true,
      [],
    ]);
    if (graph !== null) expect(rows.map((row) => row[id])).toEqual(graph.map((row) => row[id]));
    expect(end).toEqual({ '@export': 'end', rows: rows.length, complete: true, more: false, truncation: null });
    expect(trailers['x-export-rows']).toBe(String(rows.length));
    for (const row of rows.slice(0, 3)) expect(Object.keys(row)[0]).toBe('tenant');
  });

  test('rows of several tenants are newest first, and the same as in the graph', async () => {
    const graph = await graphRows('incidents', 'id createdAt', 'admin');
    const { rows } = await exportOf(running, 'incidents?fields=id,createdAt');
    expect(rows).toEqual(graph);
    expect(new Set((await exportOf(running, 'incidents?fields=tenant')).rows.map(({ tenant }) => tenant)).size).toBe(2);
  });

  test('fields are those asked for, in their order; raw and what costs calls have to be named', async () => {
    const [all] = (await exportOf(running, 'machines?tenants=alpha&first=1')).rows;
    expect(all).toMatchObject({ tenant: 'alpha', machineTags: expect.any(Array) });
    expect(Object.keys(all ?? {})).not.toEqual(expect.arrayContaining(['raw']));
    expect(all).not.toHaveProperty('isolationState');
    const named = await exportOf(running, 'machines?tenants=alpha&first=2&fields=isolationState,machineId&fields=raw');
    expect(named.rows.map((row) => Object.keys(row))).toEqual([
      ['isolationState', 'machineId', 'raw'],
      ['isolationState', 'machineId', 'raw'],
    ]);
  });

  test('filter, order and first are those of the graph', async () => {
    const filter = encodeURIComponent(JSON.stringify({ severity: ['HIGH'] }));
    const high = await graphRows('alerts', 'alertId', 'admin', ', filter: { severity: [HIGH] }');
    expect((await exportOf(running, `alerts?fields=alertId&filter=${filter}`)).rows).toEqual(high);
    const oldest = await graphRows('machines', 'machineId', 'admin', ', orderBy: { field: LAST_SEEN, direction: ASC }');
    const { rows, end } = await exportOf(running, 'machines?fields=machineId&orderBy=LAST_SEEN:ASC&first=3');
    expect(rows).toEqual(oldest.slice(0, 3));
    expect(end).toMatchObject({ rows: 3, complete: true, more: true });
    const order = encodeURIComponent(JSON.stringify({ field: 'LAST_SEEN' }));
    expect((await exportOf(running, `machines?fields=machineId&orderBy=${order}`)).rows.toReversed()).toEqual(oldest);
  });
});

describe('F4: callers get what the graph gives them', () => {
  test.each(lists)('$name: only with its permission, in a tenant that they see', async ({ name, permission }) => {
    expect(refusalOf(await exportOf(running, `${name}?tenants=alpha`, {}))).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(refusalOf(await exportOf(running, `${name}?tenants=alpha`, keyHeader('elsewhere')))).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
    if (permission === null) return;
    const refused = refusalOf(await exportOf(running, `${name}?tenants=alpha`, keyHeader('hunters')));
    expect(refused).toMatchObject({ status: 403, code: 'FORBIDDEN', message: expect.stringContaining(permission) });
  });

  test.each(['machines', 'alerts', 'incidents', 'machineActions', 'investigations'] as const)(
    '$0: roles that are limited to machines see theirs alone',
    async (name) => {
      expect(isPermission(entities[name].permission) && permissionSubjects[entities[name].permission]).not.toBe(
        'tenant',
      );
      const { field } = entities[name].id;
      const graph = await graphRows(name, field, 'servers', ', tenants: ["alpha"]');
      const { rows, failures } = await exportOf(running, `${name}?tenants=alpha&fields=${field}`, keyHeader('servers'));
      expect(failures).toEqual([]);
      expect(rows).toEqual(graph);
      expect(rows.length).toBeLessThan((await exportOf(running, `${name}?tenants=alpha`)).rows.length);
    },
  );

  test('each export is in the audit log of its tenants, with what was asked', async () => {
    await exportOf(running, 'machines?fields=machineId&first=1', keyHeader('reader'));
    const { rows } = await exportOf(
      running,
      `auditLog?fields=tenant,mutation,target,outcome,input&filter=${encodeURIComponent('{"caller":"reader"}')}`,
    );
    expect(
      rows.slice(0, 4).map(({ tenant, mutation, target, outcome }) => [tenant, mutation, target, outcome]),
    ).toEqual(
      expect.arrayContaining([
        ['alpha', 'export', 'machines', 'INTENDED'],
        ['alpha', 'export', 'machines', 'DONE'],
        ['beta', 'export', 'machines', 'INTENDED'],
        // The one row that was asked for is the other's.
        ['beta', 'export', 'machines', 'NOT_BEGUN'],
      ]),
    );
    expect(rows.find(({ outcome }) => outcome === 'INTENDED')?.input).toMatchObject({
      fields: ['machineId'],
      first: 1,
    });
  });
});

describe('F4: a tenant that fails is never silence', () => {
  const fail = (operation: string, tenant: string) =>
    running.simulator.faults.add({
      operation,
      tenant,
      effect: { kind: 'status', status: 403, code: 'Forbidden', message: 'No licence' },
    });

  const failAll = (tenant: string): void => {
    for (const product of ['graph', 'm365d'] as const)
      running.simulator.faults.add({ product, tenant, effect: { kind: 'status', status: 403, code: 'Forbidden' } });
  };

  test('NDJSON tells it behind the rows of the others', async () => {
    fail('listMachines', 'beta');
    const { rows, failures, end, whole } = await exportOf(running, 'machines?fields=tenant');
    expect(new Set(rows.map(({ tenant }) => tenant))).toEqual(new Set(['alpha']));
    expect(failures).toEqual([
      expect.objectContaining({ '@export': 'failure', tenant: 'beta', code: 'UPSTREAM_REJECTED', upstreamStatus: 403 }),
    ]);
    expect(failures[0]?.message).toContain('No licence');
    expect([end?.complete, whole]).toEqual([false, true]);
  });

  test('also when first ends the rows before theirs', async () => {
    failAll('beta');
    const { failures, end } = await exportOf(running, 'incidents?first=1');
    expect(failures).toMatchObject([{ tenant: 'beta' }]);
    expect(end).toMatchObject({ rows: 1, complete: false, more: true });
  });

  test('CSV is refused where that is known before its first row', async () => {
    failAll('beta');
    const refused = refusalOf(await exportOf(running, 'incidents?format=csv'));
    expect(refused).toMatchObject({
      status: 502,
      code: 'UPSTREAM_REJECTED',
      message: expect.stringContaining('ndjson'),
    });
  });

  test('CSV that cannot go on says why in its last row, and is cut', async () => {
    fail('listMachines', 'beta');
    const { status, whole, body, trailers } = await exportOf(running, 'machines?format=csv&fields=machineId');
    expect([status, whole, trailers]).toEqual([200, false, {}]);
    const rows = body.toString().trimEnd().split('\r\n');
    expect(rows[0]).toBe('machineId');
    expect(rows.at(-1)).toContain('# NOT COMPLETE: beta: UPSTREAM_REJECTED');
  });

  test('packed it is cut as well', async () => {
    fail('listMachines', 'beta');
    const { whole, body } = await exportOf(running, 'machines?format=csv&fields=machineId&gzip=1');
    expect(whole).toBe(false);
    expect(gunzipSync(body).toString()).toContain('# NOT COMPLETE: beta');
  });

  test('every tenant: an error of HTTP with its code', async () => {
    fail('listMachines', 'alpha');
    fail('listMachines', 'beta');
    expect(refusalOf(await exportOf(running, 'machines'))).toMatchObject({ status: 502, code: 'UPSTREAM_REJECTED' });
    expect(refusalOf(await exportOf(running, 'machines?format=csv'))).toMatchObject({ status: 502 });
  });

  test('a field that cannot be read is null, and told once for all rows', async () => {
    fail('listMachineActions', 'alpha');
    const { rows, failures, end } = await exportOf(running, 'machines?tenants=alpha&fields=machineId,isolationState');
    expect(rows.every(({ isolationState }) => isolationState === null)).toBe(true);
    expect(failures).toMatchObject([
      { tenant: 'alpha', message: expect.stringContaining(`isolationState of ${rows.length} rows`) },
    ]);
    expect(end?.complete).toBe(false);
  });
});
