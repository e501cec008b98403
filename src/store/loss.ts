import { GatewayError } from '../errors.ts';

/**
 * How long keys of mutations are remembered, in milliseconds. So long after a loss a key may be one whose action was done before
 * it; later none can be: it would have been forgotten without the loss.
 */
export const keysLiveMs = 24 * 60 * 60 * 1000;

/** What of the store may be missing. */
export interface Loss {
  /** `ENTRIES`: it was emptied or set back to an older copy. `FILE`: its file was removed or replaced while it is open. */
  readonly kind: 'ENTRIES' | 'FILE';
  /** When it was noticed, epoch milliseconds. */
  readonly at: number;
  /** When it has no consequence any more; null: when the gateway was started anew. */
  readonly until: number | null;
}

const timeOf = (ms: number): string => new Date(ms).toISOString();

/** The loss, as log, readiness and refusals tell it. */
export const sentenceOf = ({ kind, at, until }: Loss): string =>
  kind === 'FILE' || until === null
    ? 'the file of the store was removed or replaced while the gateway runs: put it back, or start the gateway anew'
    : `the store was emptied or set back to an older copy (noticed at ${timeOf(at)}): mutations under an idempotencyKey are refused until ${timeOf(until)}, or until an operator runs "defender-gateway store accept"`;

/** What a mutation under a key is refused with; `now` by the store's time. */
export const refusalOf = (loss: Loss, now: number): GatewayError =>
  new GatewayError(
    'CONFLICT',
    `Whether this idempotencyKey was used before is not known, so nothing was sent: ${sentenceOf(loss)}. Look whether it was done already; without idempotencyKey it is done`,
    {
      field: 'idempotencyKey',
      sent: 'no',
      ...(loss.until === null ? {} : { retryAfterSeconds: Math.max(1, Math.ceil((loss.until - now) / 1000)) }),
    },
  );
