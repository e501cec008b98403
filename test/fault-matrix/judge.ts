import type { Verification } from '../../src/audit/verify.ts';
import type { AuditRow, Told } from './answers.ts';
import type { CallerName, ReadsName } from './cells.ts';
import type { CarriedOut } from './microsoft.ts';
import type { ActionTarget } from './request.ts';
import { mayComeTwice } from './requests.ts';

/** Everything that is left of one target when time has done its work. */
export interface Evidence {
  readonly target: ActionTarget;
  readonly caller: CallerName;
  readonly reads: ReadsName;
  /** The answer of the process that was killed after it; undefined: it gave none. */
  readonly first: Told | undefined;
  /** The answers to the repeats under the key, the first and one more; none for a caller who asks once. */
  readonly told: readonly (Told | undefined)[];
  /** Newest first. */
  readonly audit: readonly AuditRow[];
  readonly carriedOut: readonly CarriedOut[];
  /** Of the whole log. */
  readonly verification: Verification;
  /** Entries that the journal still has, of any target. */
  readonly journal: number;
}

/**
 * `REPEATED`: done twice. `LOST`: something was done or left undone and not told, or an answered request was not done.
 * `UNTRUE`: the audit or the answer says other than what happened. `BROKEN`: the cell did not come about.
 */
export const faults = ['LOST', 'REPEATED', 'UNTRUE', 'BROKEN'] as const;
/**
 * `absent`: a step that comes about only when targets get into each other's way, or an answer is late (`againIfLate`), and this time
 * did not.
 */
export type Verdict = 'ok' | 'absent' | (typeof faults)[number];

export interface Judgement {
  readonly verdict: Verdict;
  /** What became of the action, e.g. `by the first`, or what is wrong. */
  readonly what: string;
}

/** Of a cell that did not come about. */
export const broken = (what: string): Judgement => ({ verdict: 'BROKEN', what });

/** The end of each action by its latest record; undefined: none was told. */
const endsOf = (audit: readonly AuditRow[]): readonly (AuditRow | undefined)[] =>
  [...Map.groupBy(audit, ({ auditId }) => auditId).values()].map((rows) =>
    rows.find(({ outcome }) => outcome !== 'INTENDED'),
  );

const repeatedOf = ({ target, carriedOut }: Evidence): string | null => {
  const found = target.found().length;
  if (found > 1) return `${found} times at Microsoft`;
  const counts = Map.groupBy(carriedOut, ({ name }) => name);
  const twice = [...counts].find(([name, calls]) => calls.length > 1 && !mayComeTwice.has(name));
  return twice === undefined ? null : `${twice[0]} ${twice[1].length} times`;
};

const lostOf = ({ target, caller, told, audit, journal, verification }: Evidence): string | null => {
  if (journal > 0) return `${journal} entries stay in the journal`;
  if (!verification.ok) return `audit: ${verification.fault}`;
  const ends = endsOf(audit);
  if (ends.includes(undefined)) return 'the audit has no end of an action';
  const isFound = target.found().length > 0;
  if (isFound && !ends.some((end) => end?.outcome === 'DONE')) return 'done, and the audit does not tell';
  if (caller === 'once') return null;
  const errors = told.flatMap((each) => each?.error ?? []);
  if (errors.length > 0) return `the repeat got ${errors.join('; ')}`;
  return isFound ? null : 'the repeat was answered, and nothing was done';
};

/** As many actions as may be told as done: setting the same values again is an action of its own. */
const mostDone = ({ target, carriedOut }: Evidence): number =>
  Math.max(
    target.found().length,
    target.hasActionId ? 0 : carriedOut.filter(({ name, status }) => mayComeTwice.has(name) && status < 300).length,
  );

/** Outcomes that say that nothing was done. */
const notDone: readonly (string | null | undefined)[] = ['REFUSED', 'FAILED', 'NOT_BEGUN'];

/** What is wrong with the answer to a request whose call was carried out. */
const untrueAtFirst = ({ target, first, carriedOut }: Evidence, id: string | null): string | null => {
  if (first === undefined || !carriedOut.some(({ byVictim }) => byVictim)) return null;
  if (notDone.includes(first.outcome)) return `what was done was told as ${first.outcome}: ${first.error}`;
  if (first.error !== null) return null;
  if (target.found().length === 0) return 'it was told as done, and was not';
  return first.actionId === id ? null : 'the first answer names another action';
};

const untrueOf = (evidence: Evidence): string | null => {
  const { target, told, audit, reads } = evidence;
  const [id = null] = target.hasActionId ? target.found() : [null];
  const atFirst = untrueAtFirst(evidence, id);
  if (atFirst !== null) return atFirst;
  // What is done is told as done, though it cannot be read just then.
  const isNamed = (each: Told | undefined, index: number): boolean =>
    each?.actionId === id || (reads === 'failing' && index < told.length - 1 && each?.actionId === null);
  if (!told.every(isNamed)) return 'the repeat names another action';
  const done = endsOf(audit).filter((end) => end?.outcome === 'DONE');
  const most = mostDone(evidence);
  if (done.length > most) return `the audit has DONE for ${done.length} actions, done were ${most}`;
  return done.some((end) => end?.actionId !== id) ? 'the audit names another action' : null;
};

/** What became of it, in a word or two. */
const outcomeOf = ({ target, audit, carriedOut }: Evidence): string => {
  const outcomes = [...new Set(endsOf(audit).map((end) => end?.outcome))].join(', ');
  if (target.found().length === 0) return target.begun() ? `in part, ${outcomes}` : outcomes || 'nothing';
  const byVictim = carriedOut.filter((call) => call.byVictim).length;
  if (byVictim === carriedOut.length) return 'by the first';
  return byVictim === 0 ? 'by the repeat' : 'by both';
};

/** Whether nothing of a target was lost, repeated or told wrongly. */
export const judge = (evidence: Evidence): Judgement => {
  const repeated = repeatedOf(evidence);
  if (repeated !== null) return { verdict: 'REPEATED', what: repeated };
  const lost = lostOf(evidence);
  if (lost !== null) return { verdict: 'LOST', what: lost };
  const untrue = untrueOf(evidence);
  if (untrue !== null) return { verdict: 'UNTRUE', what: untrue };
  return { verdict: 'ok', what: outcomeOf(evidence) };
};

/** One word for all targets: the first fault, or what became of each. */
export const judgeAll = (all: readonly Evidence[]): Judgement => {
  const judgements = all.map(judge);
  return (
    judgements.find(({ verdict }) => verdict !== 'ok') ?? {
      verdict: 'ok',
      what: [...new Set(judgements.map(({ what }) => what))].join(' + '),
    }
  );
};
