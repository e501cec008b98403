import { asGatewayError, type GatewayError, isSurelyNotSent } from '../errors.ts';

/** Calls that are refused in a row before one far away is tried: where that is refused too, it is all that is refused. */
const maxRefusals = 20;

/** Refusals that may be of one of many: what became of the others nobody says. */
export const mayBeOfOne = (error: GatewayError): boolean =>
  isSurelyNotSent(error) && (error.code === 'UPSTREAM_REJECTED' || error.code === 'NOT_FOUND');

/** Items that are to be sent, by their places: from the first to the one before the last. */
interface Range {
  readonly from: number;
  readonly to: number;
}

const rangesOf = (count: number, most: number): Range[] =>
  Array.from({ length: Math.ceil(count / most) }, (_, index) => ({
    from: index * most,
    to: Math.min(count, (index + 1) * most),
  }));

/**
 * Sends items, `most` at once. What is refused as a whole is sent in halves, down to the one that is meant; after 20 refusals in a
 * row and one of the last item, the rest fails with that and is not sent. Answers in the order of the items and never rejects.
 */
export const sendInHalves = async <Item, Done>(
  items: readonly Item[],
  most: number,
  send: (some: readonly Item[]) => Promise<readonly Done[]>,
  failed: (error: GatewayError) => Done,
): Promise<readonly (Done | undefined)[]> => {
  const told: (Done | undefined)[] = items.map(() => undefined);
  const waiting = rangesOf(items.length, most).reverse();
  let refusals = 0;

  /** Sends a range; what it failed with, if so. */
  const sendRange = async ({ from, to }: Range): Promise<GatewayError | null> => {
    try {
      const done = await send(items.slice(from, to));
      for (let place = from; place < to; place += 1) told[place] = done[place - from];
      refusals = 0;
      return null;
    } catch (thrown) {
      const error = asGatewayError(thrown);
      told.fill(failed(error), from, to);
      return error;
    }
  };

  while (waiting.length > 0) {
    const [farthest] = waiting;
    if (refusals >= maxRefusals && farthest !== undefined) {
      const last = farthest.to - 1;
      if (last === farthest.from) waiting.shift();
      else waiting[0] = { from: farthest.from, to: last };
      const error = await sendRange({ from: last, to: farthest.to });
      if (error === null) continue;
      for (const { from, to } of waiting) told.fill(failed(error), from, to);
      break;
    }
    const range = waiting.pop();
    const error = range === undefined ? null : await sendRange(range);
    if (range === undefined || error === null || !mayBeOfOne(error)) continue;
    refusals += 1;
    const { from, to } = range;
    const half = from + Math.ceil((to - from) / 2);
    if (to - from > 1) waiting.push({ from: half, to }, { from, to: half });
  }
  return told;
};
