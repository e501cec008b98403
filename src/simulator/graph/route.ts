import type { Route, SimRequest, SimResponse } from '../http/types.ts';
import { answerFault } from './error.ts';

/** The operation under both versions, with the faults it throws as answers. One id: both count against one quota. */
export function published(operation: Route): readonly Route[] {
  return ['/v1.0', '/beta'].map((version) => ({
    ...operation,
    path: operation.path.replace(/^\/v1\.0/, version),
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

/** Name that the caller's actions are recorded under: the user, or the application's id. */
export function callerName({ principal }: SimRequest): string {
  return principal.userName ?? principal.clientId;
}
