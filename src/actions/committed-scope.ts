import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Log, LogFields } from '../log.ts';
import type { CallScope } from '../scope.ts';

/** Time kept back from actions, so that one that is not answered can still be looked for. */
const reserveMs = 5000;

/**
 * The scope of actions that have been decided on: a caller who leaves no longer stops them, for an action broken off halfway is one
 * of which nobody knows. They end in time for a look at what became of them.
 */
export const committedScope = (scope: CallScope, clock: Clock): CallScope => {
  const leftMs = scope.deadline - clock.now();
  return {
    ...scope,
    signal: new AbortController().signal,
    deadline: scope.deadline - Math.min(reserveMs, Math.max(0, Math.floor(leftMs / 3))),
  };
};

/** Time for a look at where targets stand. Beyond it they are acted on without. */
const glanceMs = 10_000;

/** The scope of looks before actions, which must not hold up what they are for. */
export const glanceScope = (scope: CallScope, clock: Clock): CallScope => ({
  ...scope,
  // No answer is made of it: what it reads may take all of its time.
  answerMs: 0,
  deadline: Math.min(scope.deadline, clock.now() + Math.min(glanceMs, Math.max(0, scope.deadline - clock.now()) / 3)),
});

/** The scope of looks at what became of actions, which get their time even if the actions took all of it. */
export const lookScope = (scope: CallScope, clock: Clock): CallScope => ({
  ...scope,
  answerMs: 0,
  signal: new AbortController().signal,
  deadline: Math.max(scope.deadline, clock.now() + reserveMs),
});

/** A read of what became of actions. Its own failure must not hide what it was for: it goes to the log as `said`, and it is null then. */
export const lookAgain = async <T>(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  said: string,
  fields: LogFields,
  scope: CallScope,
  read: (look: CallScope) => Promise<T>,
): Promise<T | null> => {
  try {
    return await read(lookScope(scope, clock));
  } catch (err) {
    log.warn(said, { ...fields, err });
    return null;
  }
};

/** The scope of what the gateway asks of itself: it is nobody's own request, spends no one's budget, and shows in no explanation. */
export const ownScope = (of: Pick<CallScope, 'signal' | 'deadline' | 'callerToken'>): CallScope => ({
  requestId: randomUUID(),
  spend: () => {},
  record: () => {},
  noteFailure: () => {},
  ...of,
});

/**
 * The scope of a look by which an action is told as not begun: a read that joined one in flight would show what was there before the action
 * had its time.
 */
export const anewScope = (scope: CallScope): CallScope => ({ ...scope, look: randomUUID() });
