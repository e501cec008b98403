/** What a caller may be allowed to do. */
export const permissions = [
  'tenant:read',
  'tenant:sign-in',
  'incident:read',
  'incident:write',
  'alert:read',
  'alert:write',
  'machine:read',
  'machine:isolate',
  'machine:scan',
  'machine:restrict',
  'machine:collect',
  'machine:offboard',
  'file:quarantine',
  'investigation:start',
  'liveresponse:run',
  'action:read',
  'action:cancel',
  'hunt:raw',
  'hunt:library',
  'indicator:read',
  'indicator:write',
  'audit:read',
  'explain',
] as const;

export type Permission = (typeof permissions)[number];

const reader = ['tenant:read', 'incident:read', 'alert:read', 'machine:read', 'action:read', 'indicator:read'] as const;
const hunter = [...reader, 'hunt:raw', 'hunt:library', 'explain'] as const;

/** Roles that exist without any setting; `access.roles` adds others or replaces these. */
export const builtInRoles = {
  reader,
  hunter,
  /** Everything of an incident's day; taking a machine out of Defender for good is not part of it. */
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
    'indicator:write',
  ],
  admin: permissions,
} as const satisfies Record<string, readonly Permission[]>;
