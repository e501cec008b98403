import type { ApiName } from '../../src/clouds/endpoints.ts';
import { type Capability, type CapabilityRow, capabilities, capabilityNames } from '../../src/routing/capabilities.ts';
import { markdownTable } from './table.ts';

const head = ['Feature', 'Microsoft Graph', 'Microsoft Threat Protection (M365D)', 'WindowsDefenderATP (MDE)'];
const columns: readonly ApiName[] = ['graph', 'm365d', 'mde'];

const code = (permission: string | undefined): string => `\`${permission}\``;

/** The least that an app needs, and a user where that is another. */
const cellOf = (name: Capability, api: ApiName): string => {
  const { sources }: CapabilityRow = capabilities[name];
  const source = sources.find((each) => each.api === api);
  if (source === undefined) return '';
  // Which one is needed depends on the type of the action.
  if (name === 'machineActions.cancel') {
    return `the permission of its kind: ${source.permissions.slice(0, 3).map(code).join(', ')} ...`;
  }
  if (source.permissions.length === 0) return 'none is documented';
  const [app] = source.permissions;
  const [user] = source.delegated;
  return user === app ? code(app) : `${code(app)} (user: ${code(user)})`;
};

/** What to grant for each capability, API by API, as a Markdown table. */
export const permissionTable = (): string => {
  const cells = capabilityNames.map((name) => [capabilities[name].says, ...columns.map((api) => cellOf(name, api))]);
  const rows = [...new Map(cells.map((row) => [row.join('|'), row])).values()];
  return markdownTable(head, rows);
};

/** The page with the table in the place of the one that it has. */
export const withPermissionTable = (page: string, table: string): string =>
  page.replace(/^\| Feature .*(?:\n\|.*)*/m, () => table);
