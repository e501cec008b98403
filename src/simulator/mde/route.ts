import type { SimRequest, SimResponse } from '../http/types.ts';

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

/** Name that the caller's actions are recorded under: the user, or the application's id. */
export function callerName(request: SimRequest): string {
  return request.principal.userName ?? request.principal.clientId;
}

/** The value of a placeholder of the route's path. */
export function param(request: SimRequest, name: string): string {
  return request.params[name] ?? '';
}
