import type { Route, SimRequest, SimResponse } from '../http/types.ts';
import { answerFault } from './error.ts';

/** An operation as its file writes it: the path without a version. */
export type Operation = Omit<Route, 'path'> & { readonly path: string };

/** `alert` under /security, and incidents by analogy. https://learn.microsoft.com/graph/throttling-limits#security-service-limits */
export const securityQuota: Route['quota'] = { perMinute: 150, perHour: null };

/** Application permissions by what they open. */
export const permissions = {
  readIncidents: ['SecurityIncident.Read.All', 'SecurityIncident.ReadWrite.All'],
  writeIncidents: ['SecurityIncident.ReadWrite.All'],
  readAlerts: ['SecurityAlert.Read.All', 'SecurityAlert.ReadWrite.All'],
  writeAlerts: ['SecurityAlert.ReadWrite.All'],
  hunt: ['ThreatHunting.Read.All'],
} as const satisfies Record<string, readonly string[]>;

/** The operation under both versions, with the faults it throws as answers. One id: both count against one quota. */
export function published(operation: Operation): readonly Route[] {
  return ['/v1.0', '/beta'].map((version) => ({
    ...operation,
    path: version + operation.path,
    handle: async (request) => {
      try {
        return await operation.handle(request);
      } catch (fault) {
        return answerFault(fault, request);
      }
    },
  }));
}

/** `/v1.0` or `/beta`, as the caller asked for. */
export function versionOf(request: SimRequest): string {
  return `/${request.path.split('/')[1] ?? 'v1.0'}`;
}

/** A host name of the service beside the one that was asked. */
export const otherOrigin = 'https://graph.microsoft.com';

/** The value of `@odata.context` for a fragment such as `security/incidents`. */
export function contextOf(request: SimRequest, fragment: string): string {
  return `${request.origin}${versionOf(request)}/$metadata#${fragment}`;
}

/** One entity as OData answers it. */
export function entity(request: SimRequest, set: string, record: object): SimResponse {
  return { status: 200, body: { '@odata.context': contextOf(request, `${set}/$entity`), ...record } };
}

/** Name that the caller's acts are recorded under: the user, or the application's id. */
export function callerName({ principal }: SimRequest): string {
  return principal.userName ?? principal.clientId;
}
