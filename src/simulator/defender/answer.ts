import { randomUUID } from 'node:crypto';
import type { Route, SimResponse } from '../http/types.ts';
import { KqlFault } from '../kql/fault.ts';
import { ODataFault } from '../odata/fault.ts';
import { DefenderFault, defenderStatus } from './fault.ts';

/** An error as common-errors.md prints it; `target` is the id to quote to support. */
export function defenderError(
  status: number,
  code: string,
  message: string,
  headers?: Readonly<Record<string, string>>,
): SimResponse {
  return { status, ...(headers && { headers }), body: { error: { code, message, target: randomUUID() } } };
}

/** The route with the faults it throws as answers; anything else is a mistake of the simulator and goes up. */
export function guarded(route: Route, codes: { readonly odata: 'ODataError' | 'BadRequest' }): Route {
  const answerFault = (fault: unknown): SimResponse => {
    if (fault instanceof DefenderFault) {
      const headers = fault.retryAfterSeconds === null ? undefined : { 'retry-after': String(fault.retryAfterSeconds) };
      return defenderError(defenderStatus[fault.code], fault.code, fault.message, headers);
    }
    if (fault instanceof ODataFault) return defenderError(400, codes.odata, fault.message);
    if (fault instanceof KqlFault) return defenderError(400, 'BadRequest', fault.message);
    throw fault;
  };
  return {
    ...route,
    handle: async (request) => {
      try {
        return await route.handle(request);
      } catch (fault) {
        return answerFault(fault);
      }
    },
  };
}
