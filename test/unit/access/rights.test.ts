import { describe, expect, test } from 'vitest';
import { createRights, type EarlierCaller } from '../../../src/access/rights.ts';
import type { AccessConfig } from '../../../src/config/access.ts';

const now = Date.UTC(2026, 2, 1);
const tenantId = '11111111-1111-4111-8111-111111111111';
const role = (...permissions: AccessConfig['roles'][string]['permissions']) =>
  ({ permissions, tenants: 'all', machines: null }) as const;
const key = {
  name: 'soar',
  sha256: '0'.repeat(64),
  roles: ['actions'],
  tenants: ['contoso'],
  expiresAtMs: now + 1,
  requestsPerMinute: null,
  owner: null,
} as const;
const access: AccessConfig = {
  entra: [{ tenantId, issuers: ['i'], audience: ['a'], jwksUri: 'https://keys.example', roleClaims: {} }],
  apiKeys: [key],
  roles: { actions: role('machine:isolate'), reads: role('machine:read') },
  anonymous: 'reads',
};
const soar: EarlierCaller = { id: 'apiKey:soar', name: 'soar', kind: 'apiKey', roles: ['reads'] };
const user: EarlierCaller = { id: `user:${tenantId}:ana`, name: 'ana', kind: 'user', roles: ['actions', 'gone'] };
const nobody: EarlierCaller = { id: 'anonymous', name: 'anonymous', kind: 'anonymous', roles: ['actions'] };

const today = (earlier: EarlierCaller, changes: Partial<AccessConfig> = {}) =>
  createRights({ ...access, ...changes }, { now: () => now }).today(earlier);

describe('X3: the rights that a caller of earlier has today', () => {
  test.each<[string, EarlierCaller, Partial<AccessConfig>, readonly string[], 'all' | readonly string[]]>([
    ['an API key: its roles and tenants of now', soar, {}, ['machine:isolate'], ['contoso']],
    ['a user: the roles of their token, as they are now', user, {}, ['machine:isolate'], 'all'],
    ['a user, whose role gives less now', user, { roles: { actions: role('machine:read') } }, ['machine:read'], 'all'],
    ['a user, whose role is gone', user, { roles: {} }, [], []],
    ['nobody in particular: the role of callers without a credential', nobody, {}, ['machine:read'], 'all'],
  ])('X3: %s', (_what, earlier, changes, permissions, tenants) => {
    const answer = today(earlier, changes);
    expect(answer).toMatchObject({ caller: { id: earlier.id, permissions: new Set(permissions) } });
    expect('caller' in answer && answer.caller.tenants).toEqual(tenants === 'all' ? 'all' : new Set(tenants));
  });

  test.each<[string, EarlierCaller, Partial<AccessConfig>, string]>([
    ['a key that is gone', soar, { apiKeys: [] }, 'not in the settings any more'],
    ['a key that has ended', soar, { apiKeys: [{ ...key, expiresAtMs: now }] }, 'has expired'],
    ['a key of another name with the same text', soar, { apiKeys: [{ ...key, name: 'other' }] }, 'not in the settings'],
    ['a token of an issuer that is gone', user, { entra: [] }, 'not taken any more'],
    ['no credential, where one is needed now', nobody, { anonymous: null }, 'not let in any more'],
  ])('X3: none for %s', (_what, earlier, changes, words) => {
    expect(today(earlier, changes)).toEqual({ gone: expect.stringContaining(words) });
  });

  test('X3: the owner that the key has now', () => {
    const owner = { id: null, userNames: ['ana@contoso.com'] };
    expect(today(soar, { apiKeys: [{ ...key, owner }] })).toMatchObject({ caller: { person: owner } });
  });
});
