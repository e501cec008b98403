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
  ActiveRequestAlreadyExists: 400,
  Forbidden: 403,
  DisallowedOperation: 403,
  ResourceNotFound: 404,
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

/** The answer to an id that nothing has. */
export function notFound(what: string, id: string): DefenderFault {
  return new DefenderFault('ResourceNotFound', `The ${what} ${id} does not exist.`);
}
