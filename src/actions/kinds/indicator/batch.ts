import { createHash } from 'node:crypto';
import type { ActionOutcome } from '../../../domain/outcome.ts';
import type { Indicator } from '../../../entities/indicator-fields.ts';
import { asGatewayError, GatewayError, type ResultError } from '../../../errors.ts';
import { chunked } from '../../../routing/filter-forms.ts';
import { indicatorsPerCall } from '../../../routing/indicator-actions.ts';
import { type ActionKind, type ActionTarget, type Ended, foundBy, type Sending } from '../../pipeline/kind.ts';
import { sendTogether } from '../../pipeline/send-each.ts';
import type { IndicatorSubject } from '../../recovery/indicators.ts';
import type { TenantMutation } from '../../tenant-action.ts';
import { type IndicatorSteps, sendIndicators, subjectOf } from './send.ts';
import type { SetChange } from './set.ts';

/** Indicators of a set that are sent in one call: what the audit, the journal and a key have one of. */
export interface Batch extends ActionTarget, Required<IndicatorSteps<SetChange>> {}

/** What became of a batch. */
export interface BatchEnd {
  readonly batch: Batch;
  readonly outcome: ActionOutcome | null;
  readonly error: ResultError | null;
  /** In the order of its changes; null: it was not sent now, or it is not known of each. */
  readonly items: readonly Ended<Indicator>[] | null;
  /** What kept it back keeps back those after it. */
  readonly stops?: true;
}

/** The same indicators in the same state are the same batch, in every run: its name says which they are. */
const batchOf = (set: string, does: Batch['does'], steps: readonly SetChange[]): Batch => {
  const sent = { set, does, steps };
  const hash = createHash('sha256')
    .update(JSON.stringify(subjectOf(sent)))
    .digest('hex')
    .slice(0, 16);
  return { ...sent, id: `${set}: ${does} ${steps.length} indicators (${hash})` };
};

/** The batches of a set's changes: first what is added and changed, unless what goes has to make room. */
export const batchesOf = (set: string, changes: readonly SetChange[], removeFirst: boolean): readonly Batch[] => {
  const [removed, written] = [true, false].map((goes) => changes.filter(({ kind }) => (kind === 'REMOVED') === goes));
  const removals = chunked(removed ?? [], indicatorsPerCall).map((some) => batchOf(set, 'remove', some));
  const writes = chunked(written ?? [], indicatorsPerCall).map((some) => batchOf(set, 'write', some));
  return removeFirst ? [...removals, ...writes] : [...writes, ...removals];
};

/** One word for all of them. */
export const outcomeOfAll = (outcomes: readonly ActionOutcome[]): ActionOutcome => {
  if (outcomes.includes('UNKNOWN')) return 'UNKNOWN';
  if (outcomes.every((outcome) => outcome === 'DONE')) return 'DONE';
  if (outcomes.some((outcome) => outcome === 'DONE' || outcome === 'PARTLY_DONE')) return 'PARTLY_DONE';
  return outcomes[0] ?? 'DONE';
};

/** Said of a batch of which some were not done. */
const partlyFailed = (failed: readonly GatewayError[], of: number): GatewayError => {
  const [first] = failed;
  const error = first ?? asGatewayError(new Error('A batch failed without an error'));
  if (failed.length === 1 && of === 1) return error;
  const message = `${failed.length} of ${of} were not done. The first: ${error.message}`;
  return new GatewayError(error.code, message, error.details);
};

/**
 * One batch of a set in one tenant, found again by what the tenant's list has. An import of what is
 * there already changes nothing (post-ti-indicator.md), so that a batch of which a part was done may be sent again with the rest.
 */
export const batchKind = (
  mutation: TenantMutation,
  batch: Batch,
): ActionKind<Batch, readonly Ended<Indicator>[], BatchEnd> => {
  const { parts, tenant } = mutation;

  const sendOne = async ({ target, scope }: Sending<Batch>): Promise<Ended<readonly Ended<Indicator>[]>> => {
    const items = await sendIndicators(mutation, target, scope);
    const errors = items.flatMap(({ error }) => error ?? []);
    const outcome = outcomeOfAll(items.flatMap((item) => item.outcome ?? []));
    const error = errors.length === 0 ? null : partlyFailed(errors, items.length);
    return { outcome, error, shown: items, actionId: null };
  };

  return {
    ...foundBy<Batch, IndicatorSubject, readonly Ended<Indicator>[]>(tenant, subjectOf, async (...asked) => {
      const found = await parts.finders.indicatorWrite(...asked);
      return found.map((one) => (one === null || one instanceof Error ? one : { ...one, shown: null }));
    }),
    plan: async () => [{ asked: batch.id, target: batch, error: null }],
    capability: 'indicators.write',
    recall: async (done) => done.map(() => null),
    send: (sendings) => sendTogether(sendings, (all) => Promise.all(all.map(sendOne))),
    result: ({ target }, { outcome, error, shown }) => ({ batch: target, outcome, error, items: shown }),
  };
};
