import { describe, expect, test } from 'vitest';
import { type Access, createAccess, type TenantSelection } from '../../../src/access/access.ts';
import { callerWith } from '../../../src/access/caller.ts';
import { grantsOf } from '../../../src/access/grants.ts';
import type { JudgedMachine } from '../../../src/access/machine-visibility.ts';
import { createTenantDirectory } from '../../../src/config/directory.ts';
import {
  builtInRoles,
  type MachinePermission,
  type Permission,
  type PermissionAbout,
  permissionSubjects,
  permissions,
} from '../../../src/config/permissions.ts';
import { type Role, type RoleTable, unlimitedRole } from '../../../src/config/roles.ts';
import type { Tenant } from '../../../src/config/tenants.ts';
import { tenantAt } from '../identity/entra.ts';

const idOf = (number: number) => `0000000a-0000-4000-8000-00000000000${number}`;

const tenants = [
  tenantAt('https://login.example', { name: 'fabrikam', tenantId: idOf(1), tags: ['amer'] }),
  tenantAt('https://login.example', { name: 'contoso', tenantId: idOf(2), tags: ['emea', 'vip'] }),
  tenantAt('https://login.example', { name: 'adatum', tenantId: idOf(3), tags: ['emea'] }),
];
const accessOf = createAccess({ directory: createTenantDirectory(tenants), guardrails: [] }, 10);
const at = (name: string) => {
  const found = tenants.find((tenant) => tenant.name === name);
  if (found === undefined) throw new Error(`no tenant ${name}`);
  return found;
};

const role = (given: readonly Permission[], changes: Partial<Role> = {}): Role => ({
  ...unlimitedRole(given),
  ...changes,
});
const groups = (...machineGroups: string[]) => ({ machines: { machineGroups, machineTags: [] } });

const roles: RoleTable = {
  reader: role(builtInRoles.reader),
  hunter: role(builtInRoles.hunter),
  responder: role(builtInRoles.responder),
  admin: role(builtInRoles.admin),
  nothing: role([]),
  contosoResponder: role(builtInRoles.responder, { tenants: ['contoso'] }),
  servers: role(builtInRoles.responder, groups('Servers')),
  serversOfContoso: role(builtInRoles.responder, { ...groups('SERVERS'), tenants: ['contoso'] }),
  kiosks: role(['machine:read'], { machines: { machineGroups: [], machineTags: ['Kiosk'] } }),
};

const caller = (names: readonly string[], heldTo: 'all' | readonly string[] = 'all') =>
  callerWith({ id: 'a', name: 'a', kind: 'apiKey' }, grantsOf(names, roles, heldTo));
const all = caller(['reader']);
const some = caller(['reader'], ['contoso', 'fabrikam']);

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
    expect(names(accessOf(all).visibleTenants())).toEqual(['adatum', 'contoso', 'fabrikam']);
    expect(names(accessOf(some).visibleTenants())).toEqual(['contoso', 'fabrikam']);
    expect(accessOf(some).tenant('contoso').name).toBe('contoso');
    expect(names(accessOf(caller(['contosoResponder'])).visibleTenants())).toEqual(['contoso']);
    expect(names(accessOf(caller(['contosoResponder'], ['adatum'])).visibleTenants())).toEqual([]);
    expect(names(accessOf(caller(['contosoResponder', 'reader'], ['adatum'])).visibleTenants())).toEqual(['adatum']);
  });

  test('one that they may not see looks like one that does not exist', () => {
    for (const name of ['adatum', 'nowhere']) {
      expect(thrownBy(() => accessOf(some).tenant(name))).toMatchObject({
        code: 'NOT_FOUND',
        message: `There is no tenant "${name}"`,
        details: { tenant: name },
      });
    }
  });

  test('P2: the nearest name or tag of those that they see is told, never of another', () => {
    const toldOf = (selection: Parameters<ReturnType<typeof accessOf>['selectTenants']>[0]) => {
      const thrown = thrownBy(() => accessOf(some).selectTenants(selection));
      return thrown instanceof Error ? thrown.message : '';
    };
    expect(toldOf({ tenants: ['contso'] })).toBe('There is no tenant "contso"; did you mean "contoso"?');
    expect(toldOf({ tenants: ['CONTOSO'] })).toBe('There is no tenant "CONTOSO"; did you mean "contoso"?');
    expect(toldOf({ tenants: ['adatun'] })).toBe('There is no tenant "adatun"');
    expect(toldOf({ tenantTags: ['emae'] })).toBe('No tenant has the tag "emae"; did you mean "emea"?');
    expect(toldOf({ tenants: [`contoso${'o'.repeat(100)}`] })).not.toContain('did you mean');
  });

  test('P2: who names a tenant by its id is told its name, if they may know the id', () => {
    const toldTo = (who: Parameters<typeof accessOf>[0], id: string) =>
      String(thrownBy(() => accessOf(who).tenant(id)));
    expect(toldTo(some, idOf(2).toUpperCase())).toMatch(/There is no tenant ".*"; the one with that id is "contoso"$/);
    expect(toldTo(some, idOf(3))).toMatch(/There is no tenant "[\w-]+"$/);
    expect(toldTo(caller(['nothing']), idOf(2))).toMatch(/There is no tenant "[\w-]+"$/);
  });

  test.each([
    ['nothing said', {}, ['contoso', 'fabrikam']],
    ['null', { tenants: null, tenantTags: null }, ['contoso', 'fabrikam']],
    ['names', { tenants: ['fabrikam', 'contoso', 'fabrikam'] }, ['contoso', 'fabrikam']],
    ['tags', { tenantTags: ['emea', 'vip'] }, ['contoso']],
    ['both', { tenants: ['contoso'], tenantTags: ['amer'] }, ['contoso', 'fabrikam']],
  ])('are chosen by %s', (_name, selection, expected) => {
    expect(names(accessOf(some).selectTenants(selection))).toEqual(expected);
  });

  test.each([
    ['a hidden tenant', { tenants: ['adatum'] }, 'NOT_FOUND'],
    ['a tag of nobody they see', { tenantTags: ['apac'] }, 'NOT_FOUND'],
    ['an empty list', { tenants: [] }, 'BAD_USER_INPUT'],
    ['too many', {}, 'QUERY_TOO_EXPENSIVE'],
  ])('%s is refused', (_name, selection, code) => {
    expect(
      thrownBy(() =>
        createAccess({ directory: createTenantDirectory(tenants), guardrails: [] }, 1)(some).selectTenants(selection),
      ),
    ).toMatchObject({ code });
  });

  test.each<[string, TenantSelection, readonly string[]]>([
    ['nothing said', {}, ['contoso']],
    ['a tag of one in which they have it and one in which they have not', { tenantTags: ['emea'] }, ['contoso']],
    ['a name', { tenants: ['contoso'] }, ['contoso']],
  ])('for a permission are those in which they have it: %s', (_name, selection, expected) => {
    const both = caller(['reader', 'contosoResponder']);
    expect(
      names(
        createAccess(
          { directory: createTenantDirectory(tenants), guardrails: [] },
          1,
        )(both).selectTenants(selection, 'machine:isolate'),
      ),
    ).toEqual(expected);
  });

  test.each<[string, TenantSelection, string]>([
    ['is named', { tenants: ['contoso', 'adatum'] }, 'The permission "machine:isolate" is needed in adatum'],
    [
      'alone has the tag',
      { tenantTags: ['amer'] },
      'The permission "machine:isolate" is needed in a tenant with a tag of these: amer',
    ],
  ])('one in which they lack the permission is refused when it %s', (_name, selection, message) => {
    const both = caller(['reader', 'contosoResponder']);
    expect(thrownBy(() => accessOf(both).selectTenants(selection, 'machine:isolate'))).toMatchObject({
      code: 'FORBIDDEN',
      message,
    });
  });

  test('a permission that they have nowhere is refused, whatever they name', () => {
    expect(thrownBy(() => accessOf(all).selectTenants({ tenants: ['nowhere'] }, 'hunt:raw'))).toMatchObject({
      code: 'FORBIDDEN',
      message: 'The permission "hunt:raw" is needed',
    });
  });
});

describe('permissions', () => {
  test.each<[string, readonly string[], Permission, string | undefined, boolean]>([
    ['of a role count', ['reader'], 'incident:read', undefined, true],
    ['of no role do not', ['reader'], 'machine:isolate', undefined, false],
    ['of a role for one tenant count somewhere', ['contosoResponder'], 'machine:isolate', undefined, true],
    ['of a role for one tenant count there', ['contosoResponder'], 'machine:isolate', 'contoso', true],
    ['of a role for one tenant count nowhere else', ['contosoResponder', 'reader'], 'machine:isolate', 'adatum', false],
    ['of another role count there', ['contosoResponder', 'reader'], 'machine:read', 'adatum', true],
    ['on machines count for a role of machines', ['servers'], 'machine:isolate', 'adatum', true],
    ['on alerts count for a role of machines', ['servers'], 'alert:write', 'adatum', true],
    ['on tenants do not', ['servers'], 'hunt:raw', 'adatum', false],
    ['on tenants do by another role', ['servers', 'hunter'], 'hunt:raw', 'adatum', true],
  ])('%s', (_name, held, permission, tenant, expected) => {
    const where = tenant === undefined ? undefined : at(tenant);
    expect(accessOf(caller(held)).mayInPart(permission, where)).toBe(expected);
    const refused = thrownBy(() => accessOf(caller(held)).requireInPart(permission, where));
    if (expected) expect(refused).toBeUndefined();
    else expect(refused).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('that are missing are named, with the tenant, and with the limit of the role', () => {
    const limit = '; a role that is limited to machine groups or machine tags does not give it';
    expect(thrownBy(() => accessOf(all).requireInPart('machine:isolate'))).toMatchObject({
      code: 'FORBIDDEN',
      message: 'The permission "machine:isolate" is needed',
    });
    expect(thrownBy(() => accessOf(all).requireInPart('machine:isolate', at('adatum')))).toMatchObject({
      message: 'The permission "machine:isolate" is needed in adatum',
      details: { tenant: 'adatum' },
    });
    expect(thrownBy(() => accessOf(caller(['servers'])).requireInPart('hunt:raw', at('adatum')))).toMatchObject({
      message: `The permission "hunt:raw" is needed in adatum${limit}`,
    });
    expect(thrownBy(() => accessOf(caller(['servers'])).requireInPart('audit:read'))).toMatchObject({
      message: `The permission "audit:read" is needed${limit}`,
    });
    expect(thrownBy(() => accessOf(caller(['kiosks'])).requireInPart('machine:isolate'))).toMatchObject({
      message: 'The permission "machine:isolate" is needed',
    });
  });

  test('of roles add up, and no role permits nothing', () => {
    expect(caller(['reader', 'hunter']).permissions).toEqual(caller(['hunter']).permissions);
    expect(caller(['constructor', 'nobody'])).toMatchObject({ grants: [], roles: [], tenants: new Set() });
    expect([...caller(['admin']).permissions]).toEqual(permissions);
  });

  test('of a role that is limited to machines are those that machines can judge', () => {
    const given = [...caller(['servers']).permissions];
    expect(given.filter((permission) => permissionSubjects[permission] === 'tenant')).toEqual([]);
    expect(given).toContain('liveresponse:run');
  });

  test.each<Permission>(['tenant:sign-in', 'machine:offboard', 'audit:read'])('a responder has no %s', (permission) => {
    expect(caller(['responder']).permissions.has(permission)).toBe(false);
  });
});

test('roles are those that count in the tenant', () => {
  const both = caller(['reader', 'contosoResponder']);
  expect(both.roles).toEqual(['reader', 'contosoResponder']);
  const of = accessOf(both);
  expect(of.rolesIn(at('contoso'), [])).toEqual(['reader', 'contosoResponder']);
  expect(of.rolesIn(at('adatum'), [])).toEqual(['reader']);
  expect(of.rolesInPart(at('adatum'))).toEqual(['reader']);
});

/** Whether a permission is had for each of some machines, asked as it has to be. */
const heldFor = (of: Access, permission: Permission, machines: readonly JudgedMachine[]): readonly boolean[] =>
  machines.map((machine) => {
    if (isAbout(permission, 'machine')) return of.holds(permission, at('contoso'), machine);
    if (isAbout(permission, 'alert')) return of.holds(permission, at('contoso'), [machine]);
    return of.mayInPart(permission, at('contoso'));
  });

const isAbout = <Subject extends 'machine' | 'alert'>(
  permission: Permission,
  subject: Subject,
): permission is PermissionAbout<Subject> => permissionSubjects[permission] === subject;

describe('machines', () => {
  const server = { machineTags: ['a'], rbacGroupName: 'servers' };
  const kiosk = { machineTags: ['x', 'KIOSK'], rbacGroupName: null };
  const other = { machineTags: [], rbacGroupName: 'Clients' };

  test.each<[string, readonly string[], MachinePermission, string, readonly boolean[] | null]>([
    ['all, by a role without limits', ['reader'], 'machine:read', 'contoso', null],
    ['those of a group', ['servers'], 'machine:read', 'contoso', [true, false, false]],
    ['those of a tag', ['kiosks'], 'machine:read', 'contoso', [false, true, false]],
    ['those of two roles', ['kiosks', 'servers'], 'machine:read', 'contoso', [true, true, false]],
    ['each role for its own permissions', ['kiosks', 'servers'], 'machine:isolate', 'contoso', [true, false, false]],
    ['all, when one role has no limits', ['servers', 'reader'], 'machine:read', 'contoso', null],
    [
      'its own, where that role gives nothing',
      ['servers', 'reader'],
      'machine:isolate',
      'contoso',
      [true, false, false],
    ],
    ['none, without the permission', ['reader'], 'machine:isolate', 'contoso', [false, false, false]],
    ['none, in a tenant that no role covers', ['serversOfContoso'], 'machine:read', 'adatum', [false, false, false]],
  ])('%s', (_name, held, permission, tenant, expected) => {
    const sees = accessOf(caller(held)).machineVisibility(permission, at(tenant));
    expect(sees === null ? null : [server, kiosk, other].map(sees)).toEqual(expected);
    const holds = [server, kiosk, other].map((each) => accessOf(caller(held)).holds(permission, at(tenant), each));
    expect(holds).toEqual(expected ?? [true, true, true]);
  });

  test('X4: of every two permissions, one everywhere gives nothing of the other that is limited', () => {
    for (const everywhere of permissions) {
      for (const limited of permissions.filter((other) => other !== everywhere)) {
        const table = { everywhere: role([everywhere]), limited: role([limited], groups('Servers')) };
        const of = accessOf(
          callerWith({ id: 'a', name: 'a', kind: 'apiKey' }, grantsOf(['everywhere', 'limited'], table)),
        );
        const asked = [everywhere, limited].map((permission) => heldFor(of, permission, [server, other]));
        const inGroup =
          permissionSubjects[limited] === 'tenant' ? [false, false] : [true, permissionSubjects[limited] === 'gateway'];
        expect(asked, `${everywhere}, ${limited}`).toEqual([[true, true], inGroup]);
      }
    }
  });

  test('X4: an alert is judged by its machines, of which one is enough', () => {
    const { holds } = accessOf(caller(['reader', 'servers']));
    const asked = [[], [other], [other, server]].map((machines) => holds('alert:write', at('contoso'), machines));
    expect(asked).toEqual([false, false, true]);
    expect(holds('alert:read', at('contoso'), [])).toBe(true);
  });

  test('X4: a role that is limited counts for machines that it covers, all of them, and for nothing else', () => {
    const { rolesIn, rolesInPart } = accessOf(caller(['reader', 'servers']));
    const roles = [[], [server], [other], [server, other]].map((machines) => rolesIn(at('contoso'), machines));
    expect(roles).toEqual([['reader'], ['reader', 'servers'], ['reader'], ['reader']]);
    expect(rolesInPart(at('contoso'))).toEqual(['reader', 'servers']);
  });

  test('X4: a permission that is about a machine or an alert cannot be asked without it', () => {
    const refusedByTheCompiler = ({ holds, require }: Access, tenant: Tenant) => [
      // @ts-expect-error
      () => holds('machine:isolate', tenant),
      // @ts-expect-error
      () => holds('alert:write', tenant),
      // @ts-expect-error
      () => require('liveresponse:run', tenant),
    ];
    expect(refusedByTheCompiler(accessOf(all), at('contoso'))).toHaveLength(3);
  });
});

describe('the scope hash', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['one role within another', ['reader', 'hunter'], ['hunter']],
    ['the order of roles', ['servers', 'reader'], ['reader', 'servers']],
    ['a role that gives nothing', ['reader', 'nobody'], ['reader']],
  ])('is the same whatever %s', (_name, left, right) => {
    expect(caller(left).scopeHash).toBe(caller(right).scopeHash);
  });

  test('is the same for tenants in another order, and for groups in another case', () => {
    expect(caller(['reader'], ['fabrikam', 'contoso']).scopeHash).toBe(some.scopeHash);
    expect(caller(['servers'], ['contoso']).scopeHash).toBe(caller(['serversOfContoso']).scopeHash);
  });

  test('differs for everything that may be seen or done', () => {
    const different = [
      all,
      some,
      caller(['nothing']),
      caller(['hunter']),
      caller(['servers']),
      caller(['kiosks']),
      caller(['servers', 'reader']),
      caller(['serversOfContoso']),
      caller(['contosoResponder']),
    ];
    expect(new Set(different.map(({ scopeHash }) => scopeHash)).size).toBe(different.length);
  });
});
