/** What a caller may be allowed to do. */
export const permissions = [
  'tenant:read',
  'tenant:sign-in',
  'incident:read',
  'incident:write',
  'alert:read',
  'alert:write',
  'machine:read',
  'machine:write',
  'vulnerability:read',
  'prevalence:read',
  'machine:isolate',
  'machine:scan',
  'machine:restrict',
  'machine:collect',
  'machine:offboard',
  'file:quarantine',
  'investigation:start',
  'liveresponse:run',
  'library:read',
  'library:write',
  'action:read',
  'action:cancel',
  'action:approve',
  'hunt:raw',
  'hunt:library',
  'indicator:read',
  'indicator:write',
  'scan:write',
  'audit:read',
  'explain',
  'schema:read',
  'document:any',
] as const;

export type Permission = (typeof permissions)[number];

/**
 * What a permission is about, which decides how far a role that is limited to machines can give it: what is done to a
 * `machine` is judged by that machine, an `alert` (and the incident it is part of) by the machines in its evidence. What is
 * about a whole `tenant` has no machine to be judged by: such a role never gives it. What is about the `gateway` itself shows
 * nothing of any tenant: every role may give it.
 */
export const permissionSubjects = {
  'tenant:read': 'tenant',
  'tenant:sign-in': 'tenant',
  'incident:read': 'alert',
  'incident:write': 'alert',
  'alert:read': 'alert',
  'alert:write': 'alert',
  'machine:read': 'machine',
  'machine:write': 'machine',
  // What Defender Vulnerability Management counts is counted over the whole tenant.
  'vulnerability:read': 'tenant',
  // On how many machines of the whole tenant something was seen.
  'prevalence:read': 'tenant',
  'machine:isolate': 'machine',
  'machine:scan': 'machine',
  'machine:restrict': 'machine',
  'machine:collect': 'machine',
  'machine:offboard': 'machine',
  'file:quarantine': 'machine',
  'investigation:start': 'machine',
  'liveresponse:run': 'machine',
  // One library serves all machines of a tenant.
  'library:read': 'tenant',
  'library:write': 'tenant',
  'action:read': 'machine',
  'action:cancel': 'machine',
  'action:approve': 'tenant',
  'hunt:raw': 'tenant',
  'hunt:library': 'tenant',
  'indicator:read': 'tenant',
  'indicator:write': 'tenant',
  // A scanner signs in to other devices than the one that it runs on.
  'scan:write': 'tenant',
  'audit:read': 'tenant',
  // Numbers of upstream calls would tell how much there is that the caller does not see.
  explain: 'tenant',
  'schema:read': 'gateway',
  'document:any': 'gateway',
} as const satisfies Record<Permission, 'machine' | 'alert' | 'tenant' | 'gateway'>;

/** Permissions that are about one of these. */
export type PermissionAbout<Subject extends (typeof permissionSubjects)[Permission]> = {
  [Name in Permission]: (typeof permissionSubjects)[Name] extends Subject ? Name : never;
}[Permission];

/** Had in the whole of a tenant or not at all. */
export type TenantPermission = PermissionAbout<'tenant'>;
/** Had for some machines of a tenant, or for all: never to be asked without the machine. */
export type MachinePermission = PermissionAbout<'machine'>;
/** Had for alerts and incidents of some machines of a tenant, or for all: never to be asked without these machines. */
export type AlertPermission = PermissionAbout<'alert'>;
/** Had by a caller, whatever the tenant. */
export type GatewayPermission = PermissionAbout<'gateway'>;

/** Whether a word names a permission. */
export const isPermission = (word: string): word is Permission => Object.hasOwn(permissionSubjects, word);

const reader = [
  'tenant:read',
  'incident:read',
  'alert:read',
  'machine:read',
  'vulnerability:read',
  'prevalence:read',
  'action:read',
  'indicator:read',
  'library:read',
  'schema:read',
] as const;
const hunter = [...reader, 'hunt:raw', 'hunt:library', 'explain'] as const;

/** Roles that exist without any setting; `access.roles` adds others or replaces these. */
export const builtInRoles = {
  reader,
  hunter,
  /** Everything of an incident's day; taking a machine out of Defender for good, or changing what scripts there are or what scanners sign in to, is not part of it, nor are the tags that guardrails and roles go by. */
  responder: [
    ...hunter,
    'incident:write',
    'alert:write',
    'machine:isolate',
    'machine:scan',
    'machine:restrict',
    'machine:collect',
    'file:quarantine',
    'investigation:start',
    'liveresponse:run',
    'action:cancel',
    'action:approve',
    'indicator:write',
  ],
  admin: permissions,
} as const satisfies Record<string, readonly Permission[]>;
