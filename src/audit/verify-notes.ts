import type { Followed } from './follow.ts';
import type { AuditHead } from './head.ts';
import type { AuditKey } from './key.ts';
import type { KnownHead } from './loss.ts';

/** What is known from elsewhere than the log. */
export interface VerifyWith {
  /** Without it the form of the chain alone is looked at. */
  readonly key?: AuditKey | null;
  /** The head that the store remembers. */
  readonly known?: KnownHead | null;
}

/** What was met on the way through the log. */
export interface Walked {
  records: number;
  firstSeq: number;
  lastSeq: number;
  /** Numbers of the records that say that the key was changed. */
  readonly changes: number[];
  readonly losses: { readonly from: number; readonly to: number; readonly by: number }[];
  /** Number of the first record with a seal of the key at hand; 0: none has one. */
  firstProven: number;
  /** Runs of records behind that one which another key sealed, or none. */
  readonly foreign: { readonly from: number; to: number }[];
}

const sealNotes = (
  { firstProven, firstSeq, foreign }: Walked,
  last: Followed | null,
  { key = null }: VerifyWith,
): string[] => {
  if (last === null) return [];
  if (key === null) {
    return last.key === null
      ? ['The records are chained by hash alone: who can write the log can make up a chain that holds']
      : ['The seals were not looked at, for want of the key: who can write the log can make up a chain that holds'];
  }
  if (firstProven === 0) {
    return ['No record has a seal yet: who can write the log can have made up a chain that holds'];
  }
  return [
    ...(firstProven > firstSeq
      ? [
          `Records ${firstSeq} to ${firstProven - 1} have no seal of this key: they are as they were when record ${firstProven} was written`,
        ]
      : []),
    ...foreign.map(
      ({ from, to }) =>
        `Records ${from} to ${to} have the seal of another key, though this one sealed records before them: unless you changed it there and back, somebody else wrote them`,
    ),
  ];
};

/** Sentences on what was found besides faults, and on what cannot be known. */
export const unknowns = (
  walked: Walked,
  head: AuditHead,
  last: Followed | null,
  known: VerifyWith,
): readonly string[] => [
  ...sealNotes(walked, last, known),
  ...walked.changes.map((seq) => `Record ${seq} says that the key was changed`),
  ...walked.losses.map(({ from, to, by }) =>
    from > to
      ? `Record ${by} says that the operator went on with a log that was not what it had been (audit.acceptLoss)`
      : `Records ${from} to ${to} are gone; record ${by} says that the operator went on without them (audit.acceptLoss)`,
  ),
  ...(head.removed === null
    ? []
    : [`Records up to ${head.removed.through} were removed by audit.keepDays on ${head.removed.at}`]),
  ...(head.removed === null && head.first === null && walked.firstSeq > 1
    ? [
        `Whether records before ${walked.firstSeq} were removed by retention is not known: the head is of an earlier version`,
      ]
    : []),
  ...(known.known == null
    ? [
        'The store remembers no end of this log: whether records were removed together with its head shows only in the log that the gateway itself writes, which tells the head each hour',
      ]
    : []),
];
