import type { AuditEntry } from '../audit/record.ts';
import type { Clock } from '../clock.ts';
import type { MachineActionType } from '../domain/enums.ts';
import { asError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { Presence } from './presence.ts';

/** Entries whose truth never came out are forgotten after this long. */
const forgetMs = 30 * 24 * 60 * 60 * 1000;

/** An act that is about to be sent, or of which nobody knows whether it was. */
export interface JournalEntry {
  /** What was written to the audit before it; its end is written under the same `actId`. */
  readonly audit: AuditEntry;
  readonly machineId: string;
  readonly type: MachineActionType;
  /** The mark in the action's comment, by which it is found. */
  readonly mark: string;
  /** The process that is at it. */
  readonly owner: string;
  /** `SENT`: it was not answered, and its process is done with it. */
  readonly state: 'INTENDED' | 'SENT';
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What is on its way, in the store: written before an act is sent, taken out when its truth is known. */
export interface Journal {
  /** Throws `INTERNAL` when it cannot be kept: then nothing may be sent. */
  open(entry: Omit<JournalEntry, 'owner' | 'state' | 'at'>): Promise<JournalEntry>;
  /** The truth is known. Never rejects: what stays by mistake is found out again, and nothing more. */
  close(entry: JournalEntry): Promise<void>;
  /** The process is done with it, and does not know. Never rejects. */
  leave(entry: JournalEntry): Promise<void>;
  /** Entries that no living process is at. */
  orphans(): Promise<readonly JournalEntry[]>;
}

export const createJournal = ({
  store,
  presence,
  clock,
  log,
}: {
  readonly store: Store;
  readonly presence: Presence;
  readonly clock: Clock;
  readonly log: Log;
}): Journal => {
  const entries = store.space<JournalEntry>('journal', { ttlMs: forgetMs, encrypted: true });
  const lenient = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
    } catch (thrown) {
      log.warn('The journal could not be brought up to date', { err: asError(thrown) });
    }
  };
  const isOrphan = async ({ state, owner }: JournalEntry): Promise<boolean> =>
    state === 'SENT' || !(await presence.isAlive(owner));

  return {
    open: async (begun) => {
      const entry = { ...begun, owner: presence.id, state: 'INTENDED', at: clock.now() } as const;
      await entries.set(entry.audit.actId, entry);
      return entry;
    },
    close: ({ audit }) => lenient(entries.delete(audit.actId)),
    leave: (entry) => lenient(entries.set(entry.audit.actId, { ...entry, state: 'SENT' })),
    orphans: async () => {
      const found = await Promise.all((await entries.keys()).map((key) => entries.get(key)));
      const open = found.filter((entry) => entry !== undefined);
      const orphaned = await Promise.all(open.map(isOrphan));
      return open.filter((_, index) => orphaned[index]);
    },
  };
};
