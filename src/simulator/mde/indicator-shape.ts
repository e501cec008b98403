import { isIP } from 'node:net';
import { DefenderFault } from '../defender/fault.ts';
import type { SimRequest } from '../http/types.ts';
import type { ODataField } from '../odata/rules.ts';
import type { TenantWorld, WorldIndicator } from '../world/types.ts';

export const indicatorTypes = [
  'FileSha1',
  'FileMd5',
  'CertificateThumbprint',
  'FileSha256',
  'IpAddress',
  'DomainName',
  'Url',
] as const;
export type IndicatorType = (typeof indicatorTypes)[number];

/** The last two ended in January 2022 (ti-indicator.md): what has them keeps them, and filters name them. */
export const indicatorActions = [
  'Warn',
  'Block',
  'Audit',
  'BlockAndRemediate',
  'Allowed',
  'Alert',
  'AlertAndBlock',
] as const;

const network = ['Allowed', 'Audit', 'Warn', 'Block'] as const;

/** What is taken for each type since January 2022 (indicators-overview.md). */
const takenActions: Readonly<Record<IndicatorType, readonly string[]>> = {
  FileSha1: [...network, 'BlockAndRemediate'],
  FileMd5: [...network, 'BlockAndRemediate'],
  FileSha256: [...network, 'BlockAndRemediate'],
  CertificateThumbprint: ['Allowed', 'BlockAndRemediate'],
  IpAddress: network,
  DomainName: network,
  Url: network,
};

/** @throws DefenderFault for an action that ended, or that the type does not take. */
export function checkIndicatorAction(type: IndicatorType, action: string): void {
  if (takenActions[type].includes(action)) return;
  throw new DefenderFault('InvalidInput', `The action ${action} is not supported for indicators of the type ${type}.`);
}

/** Names of the machine groups that there are. */
export const groupNames = (tenant: TenantWorld): ReadonlySet<string> =>
  new Set(tenant.machines.flatMap(({ rbacGroupName }) => rbacGroupName ?? []));

/** Ids of the machine groups with those names. */
function groupIds(names: readonly string[], tenant: TenantWorld): readonly string[] {
  const ids = new Map(tenant.machines.map((machine) => [machine.rbacGroupName, String(machine.rbacGroupId)]));
  return names.flatMap((name) => ids.get(name) ?? []);
}

/** An indicator as ti-indicator.md prints it; the id is numeric text. */
export function indicatorShape(
  indicator: WorldIndicator,
  { tenant, oddities }: Pick<SimRequest, 'tenant' | 'oddities'>,
): Readonly<Record<string, unknown>> {
  return {
    id: String(indicator.id),
    indicatorValue: indicator.indicatorValue,
    indicatorType: indicator.indicatorType,
    action: indicator.action,
    application: indicator.application,
    externalID: indicator.externalId,
    source: indicator.createdBy,
    sourceType: indicator.createdByKind,
    createdBySource: indicator.createdByKind,
    createdBy: indicator.createdBy,
    createdByDisplayName: indicator.createdBy,
    lastUpdatedBy: indicator.lastUpdatedBy,
    creationTimeDateTimeUtc: indicator.createdAt,
    expirationTime: indicator.expiresAt,
    lastUpdateTime: indicator.updatedAt,
    severity: indicator.severity,
    title: indicator.title,
    description: indicator.description,
    recommendedActions: indicator.recommendedActions,
    rbacGroupNames: indicator.rbacGroupNames,
    rbacGroupIds: groupIds(indicator.rbacGroupNames, tenant),
    ...(oddities.values.alertFlagUnshown ? {} : { generateAlert: indicator.generateAlert }),
  };
}

/** The properties that get-ti-indicators-collection.md lets a filter name. */
export function indicatorFields(tenant: TenantWorld): readonly ODataField<WorldIndicator>[] {
  return [
    { name: 'application', type: 'string', of: (indicator) => indicator.application },
    { name: 'createdByDisplayName', type: 'string', of: (indicator) => indicator.createdBy },
    { name: 'createdBy', type: 'string', of: (indicator) => indicator.createdBy },
    { name: 'expirationTime', type: 'time', of: (indicator) => indicator.expiresAt },
    { name: 'creationTimeDateTimeUtc', type: 'time', of: (indicator) => indicator.createdAt },
    { name: 'generateAlert', type: 'boolean', of: (indicator) => indicator.generateAlert },
    { name: 'title', type: 'string', of: (indicator) => indicator.title },
    { name: 'rbacGroupNames', type: 'strings', of: (indicator) => indicator.rbacGroupNames },
    { name: 'rbacGroupIds', type: 'strings', of: (indicator) => groupIds(indicator.rbacGroupNames, tenant) },
    { name: 'indicatorValue', type: 'string', of: (indicator) => indicator.indicatorValue },
    { name: 'indicatorType', type: 'enum', members: indicatorTypes, of: (indicator) => indicator.indicatorType },
    { name: 'action', type: 'enum', members: indicatorActions, of: (indicator) => indicator.action },
    { name: 'severity', type: 'string', of: (indicator) => indicator.severity },
  ];
}

const hash =
  (digits: number) =>
  (value: string): boolean =>
    value.length === digits && /^[0-9a-f]+$/i.test(value);

/** Addresses inside of an organisation (indicator-ip-domain.md: "Only external IPs can be added to the indicator list"). */
const internal =
  /^(?:0|10|127|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168|22[4-9]|2[3-5]\d)\.|^(?:0:){7}[01]$|^f[cdf]|^fe[89ab]/i;

/** One external address; of IPv6 all eight segments (indicators-overview.md). */
const isExternal = (value: string): boolean =>
  !internal.test(value) &&
  (isIP(value) === 4 || (isIP(value) === 6 && value.split(':').length === 8 && !value.includes('::')));

/** What each type takes as a value; address ranges are not taken. */
const valueChecks = {
  FileSha1: { fits: hash(40), code: 'InvalidHashValue' },
  FileMd5: { fits: hash(32), code: 'InvalidHashValue' },
  FileSha256: { fits: hash(64), code: 'InvalidHashValue' },
  CertificateThumbprint: { fits: hash(40), code: 'InvalidHashValue' },
  IpAddress: { fits: isExternal, code: 'InvalidIpAddress' },
  DomainName: {
    fits: (value) => /^(?=.{1,253}$)(?:[\p{L}\p{N}_-]{1,63}\.)+[\p{L}\p{N}-]{2,63}$/u.test(value),
    code: 'InvalidDomainName',
  },
  Url: {
    fits: (value) =>
      URL.canParse(value.includes('://') ? value : `https://${value}`) && !/^(?!https?:)\w+:\/\//i.test(value),
    code: 'InvalidUrl',
  },
} as const satisfies Record<
  IndicatorType,
  { readonly fits: (value: string) => boolean; readonly code: DefenderFault['code'] }
>;

/** @throws DefenderFault with the code of the type of value. */
export function checkIndicatorValue(type: IndicatorType, value: string): void {
  const { fits, code } = valueChecks[type];
  if (!fits(value)) throw new DefenderFault(code, `'${value}' is not a value of the type ${type}.`);
}
