import type { ApiName } from '../../clouds/endpoints.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { Quota } from '../../microsoft/operation.ts';
import type { Window } from '../../store/windows.ts';
import { sharesQuota } from './failure.ts';
import type { Operation } from './operation.ts';

/** What a call counts against: of its operation as much as this. */
export type Counted = Pick<Operation<unknown>, 'id' | 'api' | 'pace' | 'quota' | 'quotaClass'> &
  Partial<Pick<Operation<unknown>, 'repeatable'>>;

/** Whose calls Microsoft counts together. */
export interface Drawers {
  readonly tenantId: string;
  /** Null: all apps of the tenant. */
  readonly clientId: string | null;
}

/** Calls that Microsoft counts together. */
export interface Bucket {
  /** The same in all replicas, and of all tenants of the settings that are one tenant with one app. */
  readonly key: string;
  /** Whose calls wait for the same: of hunting not all APIs have a run time, and settings are read again. */
  readonly line: string;
  /** The tenant's configured name, for those who wait. */
  readonly tenant: string;
  readonly drawers: Drawers;
  readonly api: ApiName;
  /** The operation's id, or the name of what is counted together, e.g. `hunting`. */
  readonly quotaClass: string;
  /** None: its page prints no quota. */
  readonly windows: readonly Window[];
  /** Null: no page limits the time that its queries run. */
  readonly runTime: RunTime | null;
}

/** The time that a tenant's queries may run, in milliseconds: it is known when they have run, and counted then. */
export interface RunTime {
  readonly key: string;
  readonly windows: readonly Window[];
}

/**
 * A call takes from its quota before it is sent, and Microsoft counts it when it arrives: a window is longer by what lies between the
 * two (`lateMs`), so that none of two calls that are a window apart here are less than that apart there.
 */
export const lateMs = 1000;
export const minuteMs = 60_000 + lateMs;
export const hourMs = 3_600_000 + lateMs;
export const dayMs = 86_400_000 + lateMs;

/** The windows of a quota, the shortest first. */
export const windowsOf = ({ perMinute, perHour }: Quota): readonly Window[] => [
  ...(perMinute === null ? [] : [{ limit: perMinute, ms: minuteMs }]),
  ...(perHour === null ? [] : [{ limit: perHour, ms: hourMs }]),
];

/** The windows of the run time of a quota, the shortest first. */
const runWindowsOf = ({ runSecondsPerHour = null, runSecondsPerDay = null }: Quota): readonly Window[] => [
  ...(runSecondsPerHour === null ? [] : [{ limit: runSecondsPerHour * 1000, ms: hourMs }]),
  ...(runSecondsPerDay === null ? [] : [{ limit: runSecondsPerDay * 1000, ms: dayMs }]),
];

/** Hunting has one quota in a tenant, which all its APIs and apps draw on; else some operations share one, and others have their own. */
const quotaClassOf = (operation: Pick<Counted, 'id' | 'pace' | 'quotaClass'>): string =>
  sharesQuota(operation) ? 'hunting' : (operation.quotaClass ?? operation.id);

const clientIdOf = ({ auth }: Tenant): string => auth.clientId ?? '';

/** Whether the tenant draws on a quota, whatever it is called. */
export const drawsOn = (tenant: Tenant, { tenantId, clientId }: Drawers): boolean =>
  tenant.tenantId === tenantId && (clientId === null || clientId === clientIdOf(tenant));

/** The quota that a call draws on: what the tenant's settings say, else what Microsoft's page prints. */
export const bucketOf = (tenant: Tenant, operation: Counted): Bucket => {
  const quotaClass = quotaClassOf(operation);
  const quota = tenant.quotas?.[operation.id] ?? tenant.quotas?.[quotaClass] ?? operation.quota;
  const { tenantId } = tenant;
  const clientId = sharesQuota(operation) ? null : clientIdOf(tenant);
  const app = clientId ?? '';
  const windows = quota === undefined ? [] : windowsOf(quota);
  const runWindows = quota === undefined ? [] : runWindowsOf(quota);
  return {
    key: JSON.stringify([tenantId, app, quotaClass]),
    line: JSON.stringify([tenantId, app, quotaClass, windows, runWindows]),
    tenant: tenant.name,
    drawers: { tenantId, clientId },
    api: operation.api,
    quotaClass,
    windows,
    runTime:
      runWindows.length === 0
        ? null
        : { key: JSON.stringify([tenantId, app, quotaClass, 'run time']), windows: runWindows },
  };
};

/** e.g. `100 calls a minute and 1500 an hour`. */
export const quotaInWords = (windows: readonly Window[]): string =>
  windows
    .map(({ limit, ms }, index) => `${limit}${index === 0 ? ' calls' : ''} ${ms === minuteMs ? 'a minute' : 'an hour'}`)
    .join(' and ');

/** e.g. `10 minutes an hour and 180 minutes a day`. */
export const runTimeInWords = (windows: readonly Window[]): string =>
  windows
    .map(({ limit, ms }) => {
      const seconds = limit / 1000;
      const minutes = seconds / 60;
      const length = seconds % 60 === 0 ? `${minutes} minute${minutes === 1 ? '' : 's'}` : `${seconds} seconds`;
      return `${length} ${ms === hourMs ? 'an hour' : 'a day'}`;
    })
    .join(' and ');
