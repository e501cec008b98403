import { GatewayError } from '../errors.ts';

/** The share of the budget that one caller may take. */
const shareOfOne = 4;

/** Of each body these bytes are free: a small request is read however many large ones are under way. */
const freeBytes = 8192;

/** When the client should ask again: bodies come and go within seconds. */
const retryAfterSeconds = 5;

/** What one body takes of the budget. */
export interface BodyShare {
  /** Takes `bytes` more. Throws `OVERLOADED` when the bodies under way take too much. */
  take(bytes: number): void;
  /** Nothing is done with the body any more. */
  release(): void;
}

/** The memory that bodies take, from their first byte until what they ask for is done, of the whole process. */
export interface BodyBudget {
  /** For a body of this caller, whose largest body has so many bytes: one alone is never refused. */
  open(caller: string, largest: number): BodyShare;
}

/** How much all bodies may take, and who is told when that is too little. */
export interface BodyBudgetOptions {
  /** Bytes of all bodies that are being read or worked on. */
  readonly bytes: number;
  /** Told of each body that there was no room for. */
  readonly onRefused?: () => void;
}

/** A budget of bytes for bodies under way; one caller has a quarter of it. */
export const createBodyBudget = ({ bytes, onRefused }: BodyBudgetOptions): BodyBudget => {
  const taken = new Map<string, number>();
  let total = 0;

  return {
    open: (caller, largest) => {
      const most = Math.max(bytes, largest);
      const mostOfOne = Math.max(Math.floor(most / shareOfOne), largest);
      let read = 0;
      let counted = 0;
      return {
        take: (more) => {
          read += more;
          const added = Math.max(0, read - freeBytes) - counted;
          const ofCaller = (taken.get(caller) ?? 0) + added;
          if (added > 0 && (total + added > most || ofCaller > mostOfOne)) {
            onRefused?.();
            throw new GatewayError(
              'OVERLOADED',
              `Other request bodies ${total + added > most ? '' : 'of this caller '}are under way and leave no room for this one (limits.bodyBytesUnderWay): try again in ${retryAfterSeconds} s`,
              { retryAfterSeconds, sent: 'no' },
            );
          }
          counted += added;
          total += added;
          if (added > 0) taken.set(caller, ofCaller);
        },
        release: () => {
          total -= counted;
          const left = (taken.get(caller) ?? 0) - counted;
          if (left > 0) taken.set(caller, left);
          else taken.delete(caller);
          counted = 0;
          read = 0;
        },
      };
    },
  };
};
