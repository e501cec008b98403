import { randomUUID } from 'node:crypto';
import type { SimRequest, SimResponse } from '../http/types.ts';
import { KqlFault } from '../kql/fault.ts';
import { ODataFault } from '../odata/fault.ts';
import { GraphFault, graphStatus } from './fault.ts';

/** Graph's error body; its ids are those of the response's headers. https://learn.microsoft.com/graph/errors */
export function graphError(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): SimResponse {
  const requestId = headers['request-id'] ?? randomUUID();
  const clientRequestId = headers['client-request-id'] ?? requestId;
  const innerError = {
    date: new Date().toISOString().slice(0, 19),
    'request-id': requestId,
    'client-request-id': clientRequestId,
  };
  return {
    status,
    headers: { ...headers, 'request-id': requestId, 'client-request-id': clientRequestId },
    body: { error: { code, message, innerError } },
  };
}

/** The answer to a fault of a caller; anything else is a mistake of the simulator and goes up. */
export function answerFault(fault: unknown, request: SimRequest): SimResponse {
  const sent = request.headers['client-request-id'];
  const headers = sent === undefined ? {} : { 'client-request-id': sent };
  if (fault instanceof GraphFault) return graphError(graphStatus[fault.code], fault.code, fault.message, headers);
  if (fault instanceof ODataFault || fault instanceof KqlFault) {
    return graphError(400, 'BadRequest', fault.message, headers);
  }
  throw fault;
}
