import { InputError } from '../errors.ts';

/** The longest that a caller waits for a quota of Microsoft's, milliseconds. */
export const longestPatienceMs = 60_000;

/** The longest that anything waits for a quota, milliseconds: its longest window. */
export const longestQuotaWaitMs = 3_600_000;

/** How long an action waits whose caller does not say: a minute's window, and the part of it that counts whole. */
export const actionPatienceMs = 63_000;

/** The patience that the header `x-gateway-max-wait-seconds` names. Throws an `InputError` for what is no number of seconds. */
export const maxWaitSecondsOf = (header: string | undefined): number | undefined => {
  if (header === undefined) return undefined;
  if (/^\d{1,2}$/.test(header.trim()) && Number(header) * 1000 <= longestPatienceMs) return Number(header);
  throw new InputError(`x-gateway-max-wait-seconds must be a whole number from 0 to ${longestPatienceMs / 1000}`);
};
