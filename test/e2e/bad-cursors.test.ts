import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { expectNoLeak } from '../support/refusals.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

const readerKey = 'key-of-the-reader';
const asReader = { authorization: `Bearer ${readerKey}` };
let running: Running;

beforeAll(async () => {
  const sha256 = createHash('sha256').update(readerKey).digest('hex');
  running = await startRunning({
    simulator: { tenants: [simTenant('contoso', { scale: 0.3 }), simTenant('fabrikam', { scale: 0.1 })] },
    settings: (offered) =>
      changedSettings(offered, [
        [['tenants', 1, 'tags'], ['lab']],
        [['access', 'apiKeys'], [{ name: 'reader', sha256, roles: ['reader'], tenants: ['contoso'] }]],
      ]),
  });
});

afterAll(() => running.stop());

describe('a cursor', () => {
  const cursorOf = async (query: string, headers: Readonly<Record<string, string>> = {}): Promise<string> => {
    const { data } = await running.ask<{ list: { pageInfo: { endCursor: string } } }>(query, {}, headers);
    return data.list.pageInfo.endCursor;
  };
  const ask = (list: string, args: string, headers: Readonly<Record<string, string>> = {}) =>
    running.ask(`{ ${list}(tenants: ["contoso"], first: 3, ${args}) { nodes { id } } }`, {}, headers);

  test.each([
    ['another filter', 'incidents', 'filter: { severity: [HIGH] }'],
    ['another order', 'incidents', 'orderBy: { field: SEVERITY }'],
    ['another list', 'alerts', ''],
    ['other tenants', 'incidents', 'tenantTags: ["lab"]'],
  ])('of %s is refused', async (_, list, args) => {
    const cursor = await cursorOf('{ list: incidents(tenants: ["contoso"], first: 3) { pageInfo { endCursor } } }');
    const { errors, text } = await ask(list, `after: "${cursor}" ${args}`);
    expectNoLeak(text);
    expect(errors.map(({ extensions }) => extensions)).toEqual([{ code: 'BAD_USER_INPUT', field: 'after' }]);
    expect(errors[0]?.message).toMatch(/another list, filter, order or caller/);
  });

  test('of a caller who sees other tenants is refused', async () => {
    const cursor = await cursorOf('{ list: incidents(tenants: ["contoso"], first: 3) { pageInfo { endCursor } } }');
    const { errors } = await ask('incidents', `after: "${cursor}"`, asReader);
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });

  test('that was tampered with is refused, wherever it was', async () => {
    const cursor = await cursorOf('{ list: incidents(tenants: ["contoso"], first: 3) { pageInfo { endCursor } } }');
    for (let at = 0; at < cursor.length; at += 17) {
      const changed = `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`;
      const { errors } = await ask('incidents', `after: "${changed}"`);
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    }
  });

  test('of the same question goes on', async () => {
    const cursor = await cursorOf('{ list: incidents(tenants: ["contoso"], first: 3) { pageInfo { endCursor } } }');
    expect((await ask('incidents', `after: "${cursor}"`)).errors).toEqual([]);
  });
});
