import { GatewayError } from '../errors.ts';

/** When a caller should ask again: exports last some seconds to some minutes. */
const retryAfterSeconds = 30;

/** Places for work that goes on for long; one caller has half of them. */
export interface Slots {
  /** Takes a place until what it returns is called. Throws `OVERLOADED` when there is none. */
  enter(callerId: string): () => void;
}

/** `count` places in this process. */
export const createSlots = (count: number): Slots => {
  const taken = new Map<string, number>();
  const ofOne = Math.ceil(count / 2);
  let total = 0;
  return {
    enter: (callerId) => {
      const own = taken.get(callerId) ?? 0;
      if (total >= count || own >= ofOne) {
        const whose = total >= count ? '' : ' of this caller';
        throw new GatewayError(
          'OVERLOADED',
          `${own >= ofOne ? own : total} exports${whose} are under way (limits.exportsUnderWay): ask again in ${retryAfterSeconds} s`,
          { retryAfterSeconds, sent: 'no' },
        );
      }
      total += 1;
      taken.set(callerId, own + 1);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        total -= 1;
        const rest = (taken.get(callerId) ?? 1) - 1;
        if (rest > 0) taken.set(callerId, rest);
        else taken.delete(callerId);
      };
    },
  };
};
