import type { DeviceValue, ExposureLevel, MachineHealthStatus, MachineRiskScore, OnboardingStatus } from './enums.ts';

/** Names of the conditions that are set. */
export const conditionsOf = <F extends object>(filter: F): (keyof F)[] => {
  const keys: (keyof F)[] = [];
  for (const key in filter) {
    if (filter[key] !== null && filter[key] !== undefined) keys.push(key);
  }
  return keys;
};

/** A condition that may be left open; `null` is no condition. */
type Asked<T> = T | null | undefined;

/** Times are ISO 8601; `After` is inclusive, `Before` is not. */
export interface MachineFilter {
  readonly machineId?: Asked<readonly string[]>;
  readonly computerDnsName?: Asked<string>;
  readonly computerDnsNameStartsWith?: Asked<string>;
  readonly osPlatform?: Asked<readonly string[]>;
  readonly healthStatus?: Asked<readonly MachineHealthStatus[]>;
  readonly riskScore?: Asked<readonly MachineRiskScore[]>;
  readonly exposureLevel?: Asked<readonly ExposureLevel[]>;
  readonly deviceValue?: Asked<readonly DeviceValue[]>;
  readonly onboardingStatus?: Asked<readonly OnboardingStatus[]>;
  readonly lastIpAddress?: Asked<string>;
  readonly aadDeviceId?: Asked<string>;
  readonly rbacGroupId?: Asked<string>;
  readonly machineTags?: Asked<readonly string[]>;
  readonly machineTagStartsWith?: Asked<string>;
  readonly isExcluded?: Asked<boolean>;
  readonly lastSeenAfter?: Asked<string>;
  readonly lastSeenBefore?: Asked<string>;
}

export type { AlertFilter, IncidentFilter, MachineActionFilter } from '../generated/inputs.ts';

/** One rule per condition of a filter: whether an entity meets it. */
export type Matchers<F, T> = { readonly [K in keyof F]-?: (entity: T, value: NonNullable<F[K]>) => boolean };

/** `undefined` when the filter has no condition. */
export const matcherOf = <F extends object, T>(
  filter: F,
  matchers: Matchers<F, T>,
): ((entity: T) => boolean) | undefined => {
  const rules = conditionsOf(filter).map((key) => (entity: T) => {
    const value = filter[key];
    return value === null || value === undefined || matchers[key](entity, value);
  });
  return rules.length === 0 ? undefined : (entity) => rules.every((rule) => rule(entity));
};
