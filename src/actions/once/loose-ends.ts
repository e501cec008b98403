import type { AuditEntry, AuditLog, AuditRecord } from '../../audit/record.ts';
import type { Clock } from '../../clock.ts';
import { asError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { ownScope } from '../committed-scope.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { Exclusive } from './lease.ts';

/** Between two attempts. */
const againMs = 1000;
const attemptMs = 30_000;
/** More are left to who finds their journal entries when this process has ended. */
const most = 10_000;

/** What is known of an action, and may not have been written. */
export interface LooseEnd {
  /** Its end, as the audit is to have it. */
  readonly record: AuditEntry;
  /** Whether the audit surely has its beginning; else its end is written only where that is there. */
  readonly isBegun: boolean;
  /** Undefined: it has none. */
  readonly journalled: JournalEntry | undefined;
  /** When it was begun, epoch milliseconds. */
  readonly since: number;
}

/** Where it is had by who tells the end of an action. */
export const endPlaceOf = ({ auditId }: Pick<AuditEntry, 'auditId'>): string => `journal ${auditId}`;

/** Whether the audit has the end of an action by its last record. What was `UNKNOWN` is told once more when it is known. */
export const isTold = (last: AuditRecord | null, outcome: AuditEntry['outcome']): boolean =>
  last !== null && last.outcome !== 'INTENDED' && (last.outcome !== 'UNKNOWN' || outcome === 'UNKNOWN');

/**
 * Ends of actions that could not be written, or of which nobody knows whether they were: a store or an audit log that did not answer
 * may have done all the same what it was asked. They are looked at and written as soon as that is possible. What is left when
 * the process ends is found by its journal entry.
 */
export const createLooseEnds = (parts: {
  readonly audit: Pick<AuditLog, 'append' | 'last'>;
  readonly journal: Pick<Journal, 'close' | 'leave'>;
  readonly exclusive: Exclusive;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  const { audit, journal, exclusive, clock, log } = parts;
  const stopped = new AbortController();
  const ends = new Set<LooseEnd>();
  let going: Promise<void> = Promise.resolve();

  /** Whether nothing of it is loose any more. */
  const write = async ({ record, isBegun, journalled, since }: LooseEnd): Promise<boolean> => {
    const { auditId, outcome } = record;
    // Somebody who took this process for dead may have told it.
    const last = await audit.last(auditId, since);
    if (!isTold(last, outcome) && (isBegun || last !== null)) await audit.append([record]);
    if (journalled === undefined) return true;
    return outcome === 'UNKNOWN' ? journal.leave(journalled) : journal.close(journalled);
  };

  /** Those that can be written now, in their order. */
  const tie = async (): Promise<void> => {
    for (const end of [...ends]) {
      const scope = ownScope({ signal: new AbortController().signal, deadline: clock.now() + attemptMs });
      if (!(await exclusive([endPlaceOf(end.record)], scope, () => write(end)))) return;
      ends.delete(end);
    }
  };
  const tryToTie = (): Promise<void> =>
    tie().catch((thrown: unknown) => {
      log.debug('Ends of actions cannot be written yet', { actions: ends.size, err: asError(thrown) });
    });
  const goOn = async (): Promise<void> => {
    while (ends.size > 0 && !stopped.signal.aborted) {
      await clock.sleep(againMs, stopped.signal).catch(() => {});
      if (!stopped.signal.aborted) await tryToTie();
    }
  };

  return {
    add: (end: LooseEnd): void => {
      if (ends.size >= most) return;
      ends.add(end);
      if (ends.size === 1) going = going.then(goOn);
    },
    /** Tries once more, and no longer. */
    stop: async (): Promise<void> => {
      stopped.abort();
      await going;
      if (ends.size > 0) await tryToTie();
    },
  };
};

export type LooseEnds = ReturnType<typeof createLooseEnds>;
