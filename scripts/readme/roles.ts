import { builtInRoles, type Permission, permissionSubjects, permissions } from '../../src/config/permissions.ts';
import { markdownTable } from './table.ts';

/** What a permission lets a caller do. */
const allows = {
  'tenant:read': 'see a tenant, its capabilities, quotas and connectivity',
  'tenant:sign-in': "sign a tenant's user in",
  'incident:read': 'read incidents',
  'incident:write': 'change, comment on and merge incidents',
  'alert:read': 'read alerts and evidence',
  'alert:write': 'change, comment on, move and create alerts',
  'machine:read': 'read machines, and what belongs to them',
  'machine:write': 'change tags and value of machines, by which guardrails and limited roles go',
  'vulnerability:read': 'read vulnerabilities, software, recommendations, remediation tasks, scores, baselines',
  'prevalence:read': 'see on how many machines of a tenant a file, domain, address or user was seen',
  'machine:isolate': 'isolate and release',
  'machine:scan': 'scan',
  'machine:restrict': 'restrict code execution, and undo it',
  'machine:collect': 'collect an investigation package, and download it',
  'machine:offboard': 'offboard',
  'file:quarantine': 'stop and quarantine a file',
  'investigation:start': 'start an automated investigation',
  'liveresponse:run': 'run live response, and read its results and files',
  'library:read': 'read the live response library',
  'library:write': 'change the live response library',
  'action:read': 'read machine actions',
  'action:cancel': "cancel machine actions; the action's own permission is needed too",
  'action:approve': 'approve what a guardrail keeps for a second person',
  'hunt:raw': 'hunt with KQL',
  'hunt:library': '`huntingQueries`, `runHuntingQuery`',
  'indicator:read': 'read indicators, and compare tenants with a set',
  'indicator:write': 'create, change and delete indicators',
  'scan:write': 'change authenticated scans',
  'audit:read': 'read the audit log',
  explain: 'see the calls and the cost of an answer (`x-gateway-explain: 1`)',
  'schema:read': 'introspect the schema, and read `/schema.graphql`',
  'document:any': 'run documents that are not in the list of trusted ones',
} as const satisfies Record<Permission, string>;

const limited = { machine: 'by machine', alert: 'by machine', tenant: 'no', gateway: 'yes' } as const;

/** A row for each permission: what it allows, which built-in roles have it, and whether a role limited to machines can give it. */
export const roleTable = (): string => {
  const roles = Object.entries<readonly Permission[]>(builtInRoles);
  const rows = permissions.map((name) => {
    const has = roles.map(([, given]) => (given.includes(name) ? 'yes' : ''));
    return [`\`${name}\``, allows[name], ...has, limited[permissionSubjects[name]]];
  });
  const names = roles.map(([name]) => `\`${name}\``);
  return markdownTable(['permission', 'allows to', ...names, 'given by a role limited to machines'], rows);
};

/** The page with the table in the place of the one that it has. */
export const withRoleTable = (page: string, table: string): string =>
  page.replace(/^\| permission .*(?:\n\|.*)*/m, () => table);
