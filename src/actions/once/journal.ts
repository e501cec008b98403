import type { AuditEntry } from '../../audit/record.ts';
import type { MachineActionType } from '../../domain/enums.ts';
import { asError, beforeSending, GatewayError } from '../../errors.ts';
import type { MachineChange } from '../../routing/machine-changes.ts';
import type { ScanTerms } from '../../routing/scan-actions.ts';
import type { AlertChange, AlertMove, IncidentChange } from '../../routing/triage.ts';
import { faultWord } from '../../store/faults.ts';
import { checked, hasFields } from '../../store/forms.ts';
import { namespaces } from '../../store/namespaces.ts';
import { UnreadableEntryError } from '../../store/space.ts';
import type { WantedIndicator } from '../kinds/indicator/terms.ts';
import type { OnceParts } from './presence.ts';

/**
 * Milliseconds after which an action that Microsoft does not show was not begun: its lists lag, a request whose sender died may
 * still be on its way, and clocks differ.
 */
export const settledMs = 120_000;
/**
 * How much earlier than its entry an action may seem to be made, where the clocks differ. Less than a key is kept beyond its
 * repeats: what was done under an earlier use of the same key is not this one's.
 */
export const skewMs = 3_000_000;
/** The same of what nothing but its time tells from an earlier one of the same words: what is older may be it, and may be that one. */
export const nearMs = 5000;

/** An entry that is younger need not be written again to be true. */
const renewAfterMs = 5000;

/** Further than this from the store's clock a process begins nothing. */
const maxOffMs = 5000;

/** What an action is about, and how it can be found again. */
export type JournalSubject =
  /** An action on a machine, by the correlation tag in its comment; stored as `mark`, which entries of earlier versions have. */
  | {
      readonly kind: 'machineAction';
      readonly machineId: string;
      readonly type: MachineActionType;
      readonly mark: string;
    }
  /** The cancelling of an action, by the correlation tag in the cancellation's comment. */
  | { readonly kind: 'cancellation'; readonly actionId: string; readonly mark: string }
  /** The start of an investigation, by machine and time. */
  | { readonly kind: 'investigation'; readonly machineId: string }
  /** A change of a machine's tags or value, by what it shows. */
  | { readonly kind: 'machine'; readonly id: string; readonly change: MachineChange }
  /** A change of an incident or alert, by what it was to become. */
  | { readonly kind: 'incident'; readonly id: string; readonly change: IncidentChange }
  | { readonly kind: 'alert'; readonly id: string; readonly change: AlertChange }
  /** The merging of incidents, by their being one. Every one of them has the same subject. */
  | { readonly kind: 'merge'; readonly incidentIds: readonly string[] }
  /** The moving of an alert, by the incident that it is in; into a new one by the comment. */
  | { readonly kind: 'move'; readonly id: string; readonly move: AlertMove }
  /** The making of an alert, by its title on the machine since that moment. */
  | {
      readonly kind: 'newAlert';
      readonly machineId: string;
      readonly title: string;
      readonly eventTime: string;
      readonly reportId: string;
    }
  /** The upload of a library file, by its name and content. */
  | {
      readonly kind: 'libraryUpload';
      readonly fileName: string;
      /** Lower case hex digits. */
      readonly sha256: string;
      readonly description: string | null;
      readonly parametersDescription: string | null;
      readonly overwrite: boolean;
    }
  /** The deletion of a library file, by its being gone. */
  | { readonly kind: 'libraryDeletion'; readonly fileName: string }
  /** The making or changing of an indicator, or of those of a set that are sent together, by what the tenant's list shows. */
  | { readonly kind: 'indicatorWrite'; readonly set?: string; readonly indicators: readonly WantedIndicator[] }
  /** The deletion of an indicator, or of those of a set that are sent together, by their being gone. */
  | { readonly kind: 'indicatorDeletion'; readonly set?: string; readonly indicatorIds: readonly string[] }
  /** The making of an authenticated scan, by its name, which no other had. */
  | { readonly kind: 'scanCreation'; readonly terms: ScanTerms }
  /** A change of one, by what the list shows; `signsIn`: with how it signs in too, which the list does not. */
  | { readonly kind: 'scanChange'; readonly id: string; readonly terms: ScanTerms; readonly signsIn: boolean }
  /** The deletion of one, by its being gone. */
  | { readonly kind: 'scanDeletion'; readonly id: string };

/** A kind that is left out here does not compile. */
const subjectKinds: Readonly<Record<JournalSubject['kind'], true>> = {
  machineAction: true,
  cancellation: true,
  investigation: true,
  machine: true,
  incident: true,
  alert: true,
  merge: true,
  move: true,
  newAlert: true,
  libraryUpload: true,
  libraryDeletion: true,
  indicatorWrite: true,
  indicatorDeletion: true,
  scanCreation: true,
  scanChange: true,
  scanDeletion: true,
};

export type SubjectKind = JournalSubject['kind'];

/** The subjects of one kind. */
export type Of<Kind extends SubjectKind> = Extract<JournalSubject, { kind: Kind }>;

/** An action that is about to be sent, or of which nobody knows whether it was. */
export interface JournalEntry<Subject extends JournalSubject = JournalSubject> {
  /** What is written to the audit before it; its end is written under the same `auditId`. */
  readonly audit: AuditEntry;
  readonly subject: Subject;
  /** The process that is at it. */
  readonly owner: string;
  /** `SENT`: it was not answered, and its process is done with it. */
  readonly state: 'INTENDED' | 'SENT';
  /** By the store's clock, epoch milliseconds. */
  readonly at: number;
  /** Microsoft's id of the tenant: another may have its name since. Absent in entries of earlier versions. */
  readonly tenantId?: string;
}

const isEntry = hasFields({
  audit: hasFields({ auditId: 'text' }),
  subject: hasFields({ kind: (kind) => typeof kind === 'string' && Object.hasOwn(subjectKinds, kind) }),
  at: 'number',
});

/** What is on its way, in the store: written before an action is sent, taken out when its outcome is known. */
export const createJournal = ({ store, presence, clock, log }: OnceParts) => {
  const entries = store.space<JournalEntry>('journal', checked(namespaces.journal, isEntry));
  /** When entries were first seen that cannot be read: they are older. */
  const unreadableSince = new Map<string, number>();
  const lenient = async (work: Promise<unknown>): Promise<boolean> => {
    try {
      await work;
      return true;
    } catch (thrown) {
      log.warn('The journal could not be brought up to date', { err: asError(thrown) });
      return false;
    }
  };
  const close = ({ audit }: JournalEntry): Promise<boolean> => lenient(entries.delete(audit.auditId));
  const isOrphan = async ({ state, owner }: JournalEntry): Promise<boolean> =>
    state === 'SENT' || !(await presence.isAlive(owner));
  /** Every entry that can be read. */
  const all = async (): Promise<readonly JournalEntry[]> => {
    const found = await Promise.all(
      (await entries.keys()).map((key) =>
        entries.get(key).catch(async (thrown: unknown) => {
          if (!(thrown instanceof UnreadableEntryError)) throw thrown;
          if (!unreadableSince.has(key)) {
            log.error('An entry of the journal cannot be read, and stays', { key, err: thrown });
            unreadableSince.set(key, await store.now());
          }
          return undefined;
        }),
      ),
    );
    return found.filter((entry) => entry !== undefined);
  };

  /** Now, by the clock that all replicas share. Throws when this process's own is far from it: other times would be wrong. */
  const now = async (): Promise<number> => {
    const at = await store.now();
    const offMs = clock.now() - at;
    if (Math.abs(offMs) <= maxOffMs) return at;
    throw new GatewayError(
      'INTERNAL',
      `The clock of this gateway is ${Math.round(offMs / 1000)} s off the store's, so nothing was done: set it right`,
      { sent: 'no' },
    );
  };

  return {
    /**
     * Throws `INTERNAL` when it cannot be kept: then nothing may be sent. Either all are kept or none; `onLeft` is told of those of which
     * nobody knows.
     */
    open: async (
      begun: readonly Pick<JournalEntry, 'audit' | 'subject' | 'tenantId'>[],
      onLeft: (entry: JournalEntry) => void = () => {},
    ): Promise<readonly JournalEntry[]> => {
      if (begun.length === 0) return [];
      const at = await now();
      const opened = begun.map((each): JournalEntry => ({ ...each, owner: presence.id, state: 'INTENDED', at }));
      const kept = await Promise.allSettled(opened.map((entry) => entries.set(entry.audit.auditId, entry)));
      const failure = kept.find((result) => result.status === 'rejected');
      if (failure === undefined) return opened;
      const closed = await Promise.all(opened.map(close));
      for (const [index, entry] of opened.entries()) if (closed[index] !== true) onLeft(entry);
      throw new GatewayError(
        'INTERNAL',
        `The journal cannot be kept, so nothing was done: ${faultWord(failure.reason)}`,
        { sent: 'no' },
        failure.reason,
      );
    },
    /** It is sent now; how long it may be on its way counts from here. Throws `INTERNAL` when it cannot be written: it was not sent. */
    renew: async (entry: JournalEntry): Promise<JournalEntry> => {
      try {
        const at = await now();
        if (at - entry.at < renewAfterMs) return entry;
        const renewed = { ...entry, at };
        await entries.set(entry.audit.auditId, renewed);
        return renewed;
      } catch (thrown) {
        throw beforeSending(thrown);
      }
    },
    /** The outcome is known. Never rejects; false: it may have stayed. */
    close,
    /** Whether it is still there, and its outcome not told. */
    isOpen: ({ audit }: JournalEntry): Promise<boolean> => entries.has(audit.auditId),
    /** The process is done with it, and does not know. Never rejects; false: it may be as it was. */
    leave: (entry: JournalEntry): Promise<boolean> =>
      lenient(entries.set(entry.audit.auditId, { ...entry, state: 'SENT' })),
    /** Entries that no living process is at. One that cannot be read is left alone and told, once, in the log. */
    orphans: async (): Promise<readonly JournalEntry[]> => {
      const open = await all();
      const orphaned = await Promise.all(open.map(isOrphan));
      return open.filter((_, index) => orphaned[index]);
    },
    /**
     * Entries that may still turn out to have been begun, whoever is at them. Throws `CONFLICT` when one cannot be read: it may
     * be what is looked for.
     */
    unsettled: async (): Promise<readonly JournalEntry[]> => {
      const open = await all();
      const at = await store.now();
      const doubtful = [...unreadableSince.values()].filter((since) => at - since <= settledMs);
      if (doubtful.length > 0) {
        throw new UnreadableEntryError(
          'journal',
          `${doubtful.length} entries are of another encryptionKey or version, and may be of this very action`,
          Math.ceil((Math.max(...doubtful) + settledMs - at) / 1000),
        );
      }
      return open.filter((entry) => at - entry.at <= settledMs);
    },
  };
};

export type Journal = ReturnType<typeof createJournal>;
