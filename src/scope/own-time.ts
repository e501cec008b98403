import { GatewayError } from '../errors.ts';

/** Less than this, milliseconds, is no time in which Microsoft could have answered. */
export const leastTimeMs = 100;

/** The request itself has no time left for a tenant: nobody at Microsoft is late. */
export const ownTimeOver = (tenant: string): GatewayError =>
  new GatewayError(
    'QUERY_TOO_EXPENSIVE',
    `The time of the request was over before ${tenant} could answer (limits.requestTimeoutMs, of an export limits.exportTimeoutMs): ask for less at once`,
    { tenant, sent: 'no' },
  );
