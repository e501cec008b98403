import type { z } from 'zod';
import { section, wholeNumber } from './fields.ts';

const count = (fallback: number, most: number) => wholeNumber(1, most).default(fallback);

/** How far requests for approval may go. */
export const approvalsSchema = section({
  /**
   * Minutes for which the rights of a requester are good that cannot be read anew: of users and apps with a token. Their requests
   * stand no longer.
   */
  tokenRightsMinutes: count(480, 1440),
  /** Commands of live response in one request. */
  commands: count(20, 1000),
  /** Characters of an action's input as JSON. */
  inputCharacters: count(32_768, 1_048_576),
  /** Requests of one caller that nobody has decided. */
  openPerCaller: count(20, 10_000),
  /** Requests about one tenant that nobody has decided. */
  openPerTenant: count(200, 100_000),
  /** Requests that one caller may make in 24 hours. */
  requestsPerDay: count(500, 100_000),
});

export type ApprovalLimits = z.output<typeof approvalsSchema>;
