/** Error codes that MDE and M365D share, with their HTTP status (common-errors.md). */
export const defenderStatus = {
  BadRequest: 400,
  ODataError: 400,
  InvalidInput: 400,
  InvalidRequestBody: 400,
  InvalidHashValue: 400,
  InvalidDomainName: 400,
  InvalidIpAddress: 400,
  InvalidUrl: 400,
  MaximumBatchSizeExceeded: 400,
  MissingRequiredParameter: 400,
  OsPlatformNotSupported: 400,
  ClientVersionNotSupported: 400,
  ActiveRequestAlreadyExists: 400,
  Forbidden: 403,
  DisallowedOperation: 403,
  ResourceNotFound: 404,
  Conflict: 409,
  TooManyRequests: 429,
} as const;

export type DefenderCode = keyof typeof defenderStatus;

/** A request that MDE or M365D refuses; becomes the documented error body. */
export class DefenderFault extends Error {
  override readonly name = 'DefenderFault';
  readonly code: DefenderCode;
  /** Sent as `Retry-After`. */
  readonly retryAfterSeconds: number | null;

  constructor(code: DefenderCode, message: string, retryAfterSeconds: number | null = null) {
    super(message);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The answer to an id that nothing has; the sentence is what callers report, e.g. `Machine 1e5b was not found`. */
export function notFound(what: string, id: string): DefenderFault {
  return new DefenderFault('ResourceNotFound', `${what.charAt(0).toUpperCase()}${what.slice(1)} ${id} was not found`);
}

/** Refusals in the sentences of common-errors.md. */
export const refusals = {
  missing: (parameter: string) => new DefenderFault('MissingRequiredParameter', `Parameter ${parameter} is missing.`),
  hash: (value: string) => new DefenderFault('InvalidHashValue', `Hash value ${value} is invalid.`),
  platform: (osPlatform: string) =>
    new DefenderFault('OsPlatformNotSupported', `OS Platform ${osPlatform} is not supported for this action.`),
  version: (action: string, since: number) =>
    new DefenderFault('ClientVersionNotSupported', `${action} is supported on client version ${since} and above.`),
  batch: (received: number, allowed: number) =>
    new DefenderFault(
      'MaximumBatchSizeExceeded',
      `Maximum batch size exceeded. Received: ${received}, allowed: ${allowed}.`,
    ),
  busy: () => new DefenderFault('ActiveRequestAlreadyExists', 'Action is already in progress'),
} as const;
