/** When a process is killed at a write: `torn` leaves a half of it. */
export const writeMoments = ['before', 'torn', 'after'] as const;
export type WriteMoment = (typeof writeMoments)[number];

/**
 * When a process is killed at a call that does something at Microsoft's side. `arrived`: it reached Microsoft, which never
 * does it. `done`: Microsoft did it and its answer is on its way. `doneLater`: Microsoft does it a minute later. At the last
 * two it is killed only after its answer: Microsoft did it, and `unavailable`: a front end says 503 with `Retry-After`,
 * `reset`: the connection is cut.
 */
export const sendMoments = ['arrived', 'done', 'doneLater', 'unavailable', 'reset'] as const;
export type SendMoment = (typeof sendMoments)[number];

/** Whether the process outlives the step, and answers. */
export const isAnswered = ({ moment }: KillPoint): boolean => moment === 'unavailable' || moment === 'reset';

/** One thing that outlives the process, as a run that nobody kills does it. */
export interface Step {
  /** A write to the store or the audit, or a call that does something at Microsoft's side. */
  readonly kind: 'write' | 'send';
  /** e.g. `journal written`. */
  readonly name: string;
  /** Whether a half of it can be done. */
  readonly tearable: boolean;
  /** Which of that name it is since the process was started, from 1. */
  readonly nth: number;
}

/** A step with the time (fractions of milliseconds since the epoch) that puts steps of several observers in order. */
export type NotedStep = Omit<Step, 'nth'> & { readonly at: number };

/** In their order those after `sinceMs`, counted with those before. */
export const stepsSince = (noted: readonly NotedStep[], sinceMs: number): readonly Step[] => {
  const counts = new Map<string, number>();
  return noted
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, ...step }) => {
      const nth = (counts.get(step.name) ?? 0) + 1;
      counts.set(step.name, nth);
      return { at, step: { ...step, nth } };
    })
    .filter(({ at }) => at > sinceMs)
    .map(({ step }) => step);
};

/** Where a process is killed: at the `nth` step of that name, from 1. */
export type KillPoint = { readonly name: string; readonly nth: number } & (
  | { readonly kind: 'write'; readonly moment: WriteMoment }
  | { readonly kind: 'send'; readonly moment: SendMoment }
);

/** Every way of being killed at these steps, in their order. */
export const pointsOf = (steps: readonly Step[]): readonly (readonly KillPoint[])[] =>
  steps.map(({ kind, name, tearable, nth }): readonly KillPoint[] => {
    if (kind === 'send') return sendMoments.map((moment) => ({ kind, name, nth, moment }));
    return writeMoments
      .filter((moment) => moment !== 'torn' || tearable)
      .map((moment) => ({ kind, name, nth, moment }));
  });

/** Counts steps by name, and tells which is the one to be killed at. */
export const createLookout = (point: Pick<KillPoint, 'name' | 'nth'> | null): ((name: string) => boolean) => {
  let seen = 0;
  return (name) => {
    if (name !== point?.name) return false;
    seen += 1;
    return seen === point.nth;
  };
};

/** This moment, comparable among processes. */
export const momentNow = (): number => performance.timeOrigin + performance.now();

/**
 * Spaces of the store whose writes belong to no action: signs of life, who clears up, counts of requests and of
 * what the audit takes, the end of the audit log as it was a moment ago, whether the store is whole and takes writes.
 */
const ofNoAction: readonly string[] = [
  'presence',
  'reconcile-lease',
  'rate',
  'audit-budget',
  'audit-head',
  'store-marker',
  'store-probe',
];

/** Writes that are done once more where an answer is late: a call is counted anew, and what others did not confirm is told again. */
export const againIfLate: readonly string[] = ['quotas replaced', 'read-generations written'];

const spacePattern = /^defender-gateway:([a-z-]+):/;

/** What the commands of SQLite and Redis do to an entry; any other keeps its name. */
const verbs: Readonly<Record<string, string>> = {
  INSERT: 'written',
  SET: 'written',
  UPDATE: 'replaced',
  EVAL: 'replaced',
  DELETE: 'deleted',
  DEL: 'deleted',
  UNLINK: 'deleted',
};

/**
 * What a write to the store is called, e.g. `journal written`; null: it belongs to no action. A write that nobody thought of
 * gets a name too, and so a row.
 */
export const nameOfStoreWrite = (verb: string, key: string | undefined): string | null => {
  const space = key === undefined ? undefined : spacePattern.exec(key)?.[1];
  if (space !== undefined && ofNoAction.includes(space)) return null;
  return `${space ?? 'store'} ${verbs[verb] ?? verb}`;
};

/**
 * What an addition to the audit is called, by the outcomes that it tells, e.g. `audit INTENDED`; null: it tells none, as the
 * looks at its ends.
 */
export const nameOfAuditWrite = (text: string): string | null => {
  const outcomes = [...text.matchAll(/"outcome":"([A-Z_]+)"/g)].map(({ 1: outcome = '' }) => outcome);
  return outcomes.length === 0 ? null : `audit ${[...new Set(outcomes)].join(', ')}`;
};
