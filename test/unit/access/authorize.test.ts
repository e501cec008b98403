import { describe, expect, test } from 'vitest';
import { createAccess } from '../../../src/access/authorize.ts';
import { type Caller, createCaller } from '../../../src/access/caller.ts';
import { builtInRoles, permissions, permissionsOf } from '../../../src/access/roles.ts';
import { createTenantDirectory } from '../../../src/config/directory.ts';
import { tenantAt } from '../identity/entra.ts';

const tenants = [
  tenantAt('https://login.example', { name: 'fabrikam', tags: ['amer'] }),
  tenantAt('https://login.example', { name: 'contoso', tags: ['emea', 'vip'] }),
  tenantAt('https://login.example', { name: 'adatum', tags: ['emea'] }),
];
const access = createAccess(createTenantDirectory(tenants));

const callerWith = (changes: Partial<Caller> = {}): Caller =>
  createCaller({
    id: 'a',
    name: 'a',
    kind: 'apiKey',
    roles: ['reader'],
    permissions: permissionsOf(['reader'], builtInRoles),
    tenants: 'all',
    ...changes,
  });
const all = callerWith();
const some = callerWith({ tenants: new Set(['contoso', 'fabrikam']) });

const names = (selected: readonly { name: string }[]) => selected.map(({ name }) => name);
const thrownBy = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('tenants', () => {
  test('are seen as the caller may', () => {
    expect(names(access.visibleTenants(all))).toEqual(['adatum', 'contoso', 'fabrikam']);
    expect(names(access.visibleTenants(some))).toEqual(['contoso', 'fabrikam']);
    expect(access.tenant(some, 'contoso').name).toBe('contoso');
  });

  test('one that he may not see looks like one that does not exist', () => {
    const hidden = thrownBy(() => access.tenant(some, 'adatum'));
    const absent = thrownBy(() => access.tenant(some, 'nowhere'));
    expect(hidden).toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no tenant "adatum"',
      details: { tenant: 'adatum' },
    });
    expect(absent).toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no tenant "nowhere"',
      details: { tenant: 'nowhere' },
    });
  });

  test.each([
    ['nothing said', {}, ['contoso', 'fabrikam']],
    ['null', { tenants: null, tenantTags: null }, ['contoso', 'fabrikam']],
    ['names', { tenants: ['fabrikam', 'contoso', 'fabrikam'] }, ['contoso', 'fabrikam']],
    ['tags', { tenantTags: ['emea', 'vip'] }, ['contoso']],
    ['both', { tenants: ['contoso'], tenantTags: ['amer'] }, ['contoso', 'fabrikam']],
  ])('are chosen by %s', (_name, selection, expected) => {
    expect(names(access.selectTenants(some, selection, 10))).toEqual(expected);
  });

  test.each([
    ['a hidden tenant', { tenants: ['adatum'] }, 'NOT_FOUND'],
    ['a tag of nobody he sees', { tenantTags: ['apac'] }, 'NOT_FOUND'],
    ['an empty list', { tenants: [] }, 'BAD_USER_INPUT'],
    ['too many', {}, 'QUERY_TOO_EXPENSIVE'],
  ])('%s is refused', (_name, selection, code) => {
    expect(thrownBy(() => access.selectTenants(some, selection, 1))).toMatchObject({ code });
  });
});

describe('permissions', () => {
  test('are required by name', () => {
    access.require(all, 'incident:read');
    expect(thrownBy(() => access.require(all, 'machine:isolate'))).toMatchObject({
      code: 'FORBIDDEN',
      message: 'The permission "machine:isolate" is needed',
    });
  });

  test('of roles add up, and no role permits nothing', () => {
    expect(permissionsOf(['reader', 'hunter'], builtInRoles)).toEqual(permissionsOf(['hunter'], builtInRoles));
    expect(permissionsOf(['constructor', 'nobody'], builtInRoles).size).toBe(0);
    expect([...permissionsOf(['admin'], builtInRoles)]).toEqual(permissions);
  });

  test('a responder cannot sign a tenant in, offboard a machine nor read the audit log', () => {
    const granted = permissionsOf(['responder'], builtInRoles);
    expect(permissions.filter((permission) => !granted.has(permission))).toEqual([
      'tenant:sign-in',
      'machine:offboard',
      'audit:read',
    ]);
  });
});

test('the scope hash is equal for equal scopes and for no others', () => {
  const same = callerWith({ id: 'b', tenants: new Set(['fabrikam', 'contoso']) });
  expect(same.scopeHash).toBe(some.scopeHash);
  expect(new Set([all, some, callerWith({ permissions: new Set() })].map(({ scopeHash }) => scopeHash)).size).toBe(3);
});
