import type { Route, SimRequest, SimResponse } from '../http/types.ts';

/** What most pages of MDE print: 100 calls a minute and 1,500 an hour, for each API. */
export const standardQuota: Route['quota'] = { perMinute: 100, perHour: 1500 };

/** For pages that print no limit. */
export const noQuota: Route['quota'] = { perMinute: null, perHour: null };

/** Application permissions by what they open. */
export const permissions = {
  readAlerts: ['Alert.Read.All', 'Alert.ReadWrite.All'],
  writeAlerts: ['Alert.ReadWrite.All'],
  readMachines: ['Machine.Read.All', 'Machine.ReadWrite.All'],
  writeMachines: ['Machine.ReadWrite.All'],
  readUsers: ['User.Read.All'],
  readFiles: ['File.Read.All'],
  readIps: ['Ip.Read.All'],
  readUrls: ['URL.Read.All'],
  indicators: ['Ti.ReadWrite', 'Ti.ReadWrite.All'],
  library: ['Library.Manage'],
  hunt: ['AdvancedQuery.Read.All'],
} as const satisfies Record<string, readonly string[]>;

/** A route as its file writes it: the usual quota unless it says otherwise. */
export interface RouteSeed extends Omit<Route, 'quota'> {
  readonly quota?: Route['quota'];
}

export const route = (seed: RouteSeed): Route => ({ quota: standardQuota, ...seed });

const metadata = (request: SimRequest, fragment: string): string => `${request.origin}/api/$metadata#${fragment}`;

/** A collection as OData answers it. `set` is the entity set, e.g. `Alerts`. */
export function collection(
  request: SimRequest,
  set: string,
  value: readonly unknown[],
  annotations: Readonly<Record<string, unknown>> = {},
): SimResponse {
  return { status: 200, body: { '@odata.context': metadata(request, set), ...annotations, value } };
}

/** One entity as OData answers it. */
export function entity(request: SimRequest, set: string, record: object, status = 200): SimResponse {
  return { status, body: { '@odata.context': metadata(request, `${set}/$entity`), ...record } };
}

/** An object that belongs to no entity set, or a bare value under `value`. */
export function typed(request: SimRequest, type: string, record: object): SimResponse {
  return { status: 200, body: { '@odata.context': metadata(request, type), ...record } };
}

/** Name that the caller's acts are recorded under: the user, or the application's id. */
export function callerName(request: SimRequest): string {
  return request.principal.userName ?? request.principal.clientId;
}

/** The value of a placeholder of the route's path. */
export function param(request: SimRequest, name: string): string {
  return request.params[name] ?? '';
}
