import type { HostState } from '../../routing/reach.ts';
import type { TenantReport } from './report.ts';

/** Rows as columns of equal width, two spaces apart. */
export const columns = (rows: readonly (readonly string[])[]): string => {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows
    .map((row) => `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
};

const clockOf = ({ clockSkewSeconds }: HostState): string => {
  if (clockSkewSeconds === null) return '-';
  return clockSkewSeconds > 0 ? `+${clockSkewSeconds} s` : `${clockSkewSeconds} s`;
};
const yesNo = (value: boolean): string => (value ? 'yes' : 'NO');

const hostRow = (name: string, state: HostState, token: string, permissions: string): readonly string[] => [
  name,
  state.host,
  yesNo(state.reached),
  clockOf(state),
  token,
  permissions,
  state.proxy ?? '',
];

/** One tenant, for people. */
export const tableOf = (report: TenantReport): string => {
  const { signIn, login, apis, features, problems } = report;
  const until = signIn.expiresAt === null ? '' : `, until ${signIn.expiresAt.slice(0, 10)}`;
  const isProxied = [login, ...apis].some(({ proxy }) => proxy !== null);
  const hosts = [
    ['', 'host', 'reached', 'clock', 'token', 'permissions', isProxied ? 'proxy' : ''],
    hostRow('login', login, '', ''),
    ...apis.map((api) =>
      hostRow(api.api, api, yesNo(api.token), api.permissions === null ? '-' : `${api.permissions.length}`),
    ),
  ];
  const rows =
    features.length === 0
      ? [['What works depends on the caller, on whose behalf the tenant is used.']]
      : [['feature', 'by', ''], ...features.map(({ name, api, problem }) => [name, api ?? '-', problem ?? 'ok'])];
  const end = problems.length === 0 ? '  Nothing is missing.' : problems.map((problem) => `  ! ${problem}`).join('\n');
  return `${report.tenant}  ${report.cloud}  ${report.tenantId}  (${signIn.kind}${until})\n${columns(hosts)}\n\n${columns(rows)}\n\n${end}\n`;
};
