import type { ApiProduct } from '../clouds.ts';

/** How one product words its refusals. */
export interface Dialect {
  /** Content type of its JSON answers. */
  readonly contentType: string;
  readonly unauthorized: string;
  /** Answer to a token of another resource: MDE and M365D forbid, Graph does not know the token. */
  readonly wrongAudience: { readonly status: 401 | 403; readonly code: string };
  readonly forbidden: string;
  readonly tooManyRequests: string;
  readonly invalidBody: string;
  readonly notFound: string;
  /** Graph sends fractions of a second in `Retry-After`, the others whole seconds. */
  readonly retryAfter: (seconds: number) => string;
  /** Sends `request-id`. */
  readonly sendsRequestId: boolean;
  /** Error codes by HTTP status, for faults. */
  readonly codes: Readonly<Record<number, string>>;
}

const wholeSeconds = (seconds: number): string => String(Math.max(1, Math.ceil(seconds)));

/** Defender's own error codes: common-errors.md. */
const defenderCodes = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
} as const;

const defender = {
  contentType: 'application/json; odata.metadata=minimal; charset=utf-8',
  unauthorized: 'Unauthorized',
  wrongAudience: { status: 403, code: 'Forbidden' },
  forbidden: 'Forbidden',
  tooManyRequests: 'TooManyRequests',
  invalidBody: 'InvalidRequestBody',
  notFound: 'NotFound',
  retryAfter: wholeSeconds,
  sendsRequestId: false,
  codes: defenderCodes,
} as const satisfies Dialect;

export const dialects = {
  mde: defender,
  m365d: { ...defender, invalidBody: 'BadRequest' },
  graph: {
    contentType: 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
    unauthorized: 'InvalidAuthenticationToken',
    wrongAudience: { status: 401, code: 'InvalidAuthenticationToken' },
    forbidden: 'Authorization_RequestDenied',
    tooManyRequests: 'TooManyRequests',
    invalidBody: 'BadRequest',
    notFound: 'itemNotFound',
    retryAfter: (seconds) => String(Math.max(0.001, Math.ceil(seconds * 1000) / 1000)),
    sendsRequestId: true,
    codes: {
      400: 'BadRequest',
      401: 'InvalidAuthenticationToken',
      403: 'accessDenied',
      404: 'itemNotFound',
      409: 'Conflict',
      429: 'TooManyRequests',
      500: 'generalException',
      502: 'generalException',
      503: 'serviceNotAvailable',
      504: 'serviceNotAvailable',
    },
  },
} as const satisfies Record<ApiProduct, Dialect>;

export const dialectOf = (product: ApiProduct): Dialect => dialects[product];
