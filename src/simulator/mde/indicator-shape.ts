import { isIP } from 'node:net';
import { DefenderFault } from '../defender/fault.ts';
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

/** The last two are legacy since January 2022 and still taken. */
export const indicatorActions = [
  'Warn',
  'Block',
  'Audit',
  'BlockAndRemediate',
  'Allowed',
  'Alert',
  'AlertAndBlock',
] as const;

/** Ids of the machine groups with those names. */
function groupIds(names: readonly string[], tenant: TenantWorld): readonly string[] {
  const ids = new Map(tenant.machines.map((machine) => [machine.rbacGroupName, String(machine.rbacGroupId)]));
  return names.flatMap((name) => ids.get(name) ?? []);
}

/** An indicator as ti-indicator.md prints it; the id is numeric text. */
export function indicatorShape(indicator: WorldIndicator, tenant: TenantWorld): Readonly<Record<string, unknown>> {
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
    generateAlert: indicator.generateAlert,
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

/** What each type takes as a value; address ranges are not taken. */
const valueChecks = {
  FileSha1: { fits: hash(40), code: 'InvalidHashValue' },
  FileMd5: { fits: hash(32), code: 'InvalidHashValue' },
  FileSha256: { fits: hash(64), code: 'InvalidHashValue' },
  CertificateThumbprint: { fits: hash(40), code: 'InvalidHashValue' },
  IpAddress: { fits: (value) => isIP(value) !== 0, code: 'InvalidIpAddress' },
  DomainName: {
    fits: (value) => /^(?=.{1,253}$)(?:[\p{L}\p{N}_-]{1,63}\.)+[\p{L}\p{N}-]{2,63}$/u.test(value),
    code: 'InvalidDomainName',
  },
  Url: { fits: (value) => URL.canParse(value.includes('://') ? value : `https://${value}`), code: 'InvalidUrl' },
} as const satisfies Record<
  IndicatorType,
  { readonly fits: (value: string) => boolean; readonly code: DefenderFault['code'] }
>;

/** @throws DefenderFault with the code of the type of value. */
export function checkIndicatorValue(type: IndicatorType, value: string): void {
  const { fits, code } = valueChecks[type];
  if (!fits(value)) throw new DefenderFault(code, `'${value}' is not a value of the type ${type}.`);
}
