/** e.g. `record 3 is` or `records 3 to 5 are`. */
export const recordsFromTo = (from: number, to: number): string =>
  from === to ? `record ${from} is` : `records ${from} to ${to} are`;

/** The log is not what it was: cut, emptied, replaced by another copy, or written by somebody without the key. Nothing is done. */
export class AuditLoss extends Error {
  /** The greatest number that is known to have been written. */
  readonly knownSeq: number;

  constructor(what: string, knownSeq: number) {
    super(
      `The audit log is not what it was: ${what}. Find out why; to go on without what is gone, set audit.acceptLoss: ${knownSeq}`,
    );
    this.name = 'AuditLoss';
    this.knownSeq = knownSeq;
  }
}

/** What is known of the log from elsewhere than the log: by this process, or by the store. */
export interface KnownHead {
  readonly seq: number;
  readonly hash: string;
  /** Id of the key that sealed the log then; null: none did. */
  readonly key: string | null;
}

/** Where the head is remembered besides the log, so that a restart notices what was done to it meanwhile. */
export interface HeadMemory {
  /** What was remembered when it was first asked; null: nothing. Rejects when the store does not answer: then nothing is done. */
  known(): Promise<KnownHead | null>;
  /** Never rejects, and writes the newest of those that are given while it writes. */
  remember(head: KnownHead): void;
  /** Resolves when nothing is left to write. */
  settled(): Promise<void>;
}

/** Of a log whose process has no store, or one that is gone with it. */
export const noMemory: HeadMemory = { known: async () => null, remember: () => {}, settled: async () => {} };
