import { createHash } from 'node:crypto';
import { directoryKey } from '../../../config/tenant-keys.ts';
import type { Tenant } from '../../../config/tenants.ts';
import { isBegun } from '../../../domain/outcome.ts';
import {
  asGatewayError,
  beforeSending,
  type GatewayError,
  InputError,
  isSurelyNotSent,
  resultErrorOf,
} from '../../../errors.ts';
import { performOnEach } from '../../../routing/perform-on-each.ts';
import type { Action } from '../../action.ts';
import { checkKeys } from '../../check-input.ts';
import type { ApplyIndicatorsInput } from '../../inputs.ts';
import { usedInAnother } from '../../once/idempotency.ts';
import { keyOwnerOf } from '../../once/key-owner.ts';
import type { IndicatorSetChange, IndicatorSetResult } from '../../payloads.ts';
import { errorRow, payloadOf } from '../../results.ts';
import type { TenantMutation } from '../../tenant-action.ts';
import { type Batch, type BatchEnd, batchesOf, batchKind, outcomeOfAll } from './batch.ts';
import {
  asNamed,
  beyondLimit,
  countOf,
  type IndicatorSet,
  lookAt,
  ofDrift,
  readSet,
  rowOf,
  tenantsAtOnce,
  unread,
} from './set.ts';
import { maxActive } from './terms.ts';

/** What was done, with what became of each indicator: what was not done first. */
const ofEnds = (
  planned: IndicatorSetResult,
  ends: readonly BatchEnd[],
  isDryRun: boolean,
  mayRead: boolean,
): IndicatorSetResult => {
  const rows = ends.flatMap(({ batch, outcome, error, items }): readonly IndicatorSetChange[] =>
    batch.steps.map((change, index) => {
      const item = items?.[index];
      return {
        ...rowOf(change),
        outcome: item?.outcome ?? outcome,
        indicatorId: item?.actionId ?? change.indicatorId,
        error: item === undefined ? error : item.error && resultErrorOf(item.error),
      };
    }),
  );
  const [done, notDone] = [true, false].map((is) => rows.filter((row) => (row.error === null) === is));
  const [first] = ends.flatMap(({ error }) => error ?? []);
  return {
    ...planned,
    notDone: isDryRun || !mayRead ? null : (notDone?.length ?? 0),
    changes: mayRead ? [...(notDone ?? []), ...(done ?? [])] : [],
    outcome: outcomeOf(ends, isDryRun),
    error: first ?? null,
  };
};

const outcomeOf = (ends: readonly BatchEnd[], isDryRun: boolean): IndicatorSetResult['outcome'] => {
  const outcomes = ends.flatMap(({ outcome }) => outcome ?? []);
  return isDryRun && outcomes.length === 0 ? null : outcomeOfAll(outcomes);
};

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** A key of the batch's own: under one key every batch is done by itself, and a repeat goes on with what is left. */
const keyOf = (key: string | undefined, { name }: Tenant, { id }: Batch): string | undefined =>
  key === undefined ? undefined : hashOf([key, name, id]);

/** A tenant that is brought to a set. */
interface Applied {
  readonly result: IndicatorSetResult;
  /** Whether anything was begun, or may have been. */
  readonly isBegun: boolean;
}

/** What is done in one tenant. */
interface SetMutation extends TenantMutation<ApplyIndicatorsInput> {
  readonly set: IndicatorSet;
  /** Whether an earlier run under the key may have done some of it. */
  readonly isRepeat: boolean;
}

const applyTo = async (mutation: SetMutation): Promise<Applied> => {
  const { parts, acting, tenant, set, isDryRun, scope } = mutation;
  // What would be done tells what is there.
  if (isDryRun) acting.access.requireInPart('indicator:read', tenant);
  const mayRead = acting.access.holds('indicator:read', tenant);
  const drift = await lookAt(parts, tenant, set, scope).catch((thrown: unknown) => {
    throw beforeSending(thrown);
  });
  const planned = ofDrift(tenant, drift, mayRead);
  const beyond = beyondLimit(tenant, drift, mayRead);
  if (beyond !== null) {
    const notDone = isDryRun || !mayRead ? null : drift.changes.length;
    return { result: { ...planned, notDone, outcome: 'REFUSED', error: resultErrorOf(beyond) }, isBegun: false };
  }
  const batches = batchesOf(set.name, drift.changes, drift.active + countOf(drift, 'ADDED') > maxActive);
  const ends: BatchEnd[] = [];
  for (const batch of batches) {
    const [last] = ends.slice(-1);
    // What kept back the whole of one, such as an audit log that cannot be written, keeps back the others.
    if (last?.stops === true) ends.push({ ...last, batch, outcome: 'FAILED' });
    else ends.push(await sendBatch(mutation, batch, drift.changes.length));
  }
  const isOpen = ends.some(({ outcome }) => outcome !== null && (isBegun(outcome) || outcome === 'UNKNOWN'));
  return { result: ofEnds(planned, ends, isDryRun, mayRead), isBegun: isOpen };
};

/** Values that the audit has of a batch; the batch's name has the hash of all. */
const auditedValues = 100;

/** Sends one batch of a change of so many indicators, by itself: what a crash leaves in doubt is the one that was on its way, and none that was still to come. */
const sendBatch = async (asked: SetMutation, batch: Batch, size: number): Promise<BatchEnd> => {
  const { parts, acting, mutation, tenant, input, isDryRun, scope } = asked;
  const { set, does, steps } = batch;
  const values = steps.slice(0, auditedValues).map(({ indicatorValue }) => indicatorValue);
  const key = keyOf(checkKeys(input), tenant, batch);
  const about = { guardrail: 'applyIndicators', read: 'indicator:read', comment: null } as const;
  try {
    const [end] = await parts.pipeline(
      {
        ...{ acting, mutation, tenant, ...about, size, asked: [batch.id] },
        input: { ...input, idempotencyKey: key },
        particulars: { set, does, indicators: steps.length, values },
        kind: batchKind(asked, batch),
      },
      scope,
    );
    if (end !== undefined) return end;
    throw new Error('A batch has no end');
  } catch (thrown) {
    scope.signal.throwIfAborted();
    const error = asGatewayError(thrown);
    const isNotSent = isDryRun || isSurelyNotSent(error);
    const outcome = isNotSent ? 'FAILED' : 'UNKNOWN';
    return { batch, outcome, error: errorRow(error, parts.log), items: null, stops: true };
  }
};

/** Throws `CONFLICT` when the key was used when another tenant had the name: what it stands for was brought to that one. */
const checkSameTenant = async ({ parts, acting, mutation, tenant, input, isDryRun }: SetMutation): Promise<void> => {
  const key = checkKeys(input);
  if (key === undefined || isDryRun) return;
  const use = { ...keyOwnerOf(acting), mutation, key: hashOf([key, tenant.name]) };
  const [first] = await parts.idempotency.settled.first(use, async () => [directoryKey(tenant)]);
  if (first !== directoryKey(tenant)) throw usedInAnother();
};

/** In one tenant, where nothing else is done to its indicators meanwhile. Its failures are told in its result. */
const applyAlone = async (mutation: SetMutation): Promise<Applied> => {
  const { parts, tenant, isDryRun, isRepeat, scope } = mutation;
  const work = () => applyTo(mutation);
  const failed = (thrown: unknown, isNotDone: (error: GatewayError) => boolean): Applied => {
    scope.signal.throwIfAborted();
    const error = asGatewayError(thrown);
    const outcome = isNotDone(error) ? 'FAILED' : 'UNKNOWN';
    return { result: { ...unread(tenant, error, parts), outcome }, isBegun: outcome === 'UNKNOWN' };
  };
  try {
    await checkSameTenant(mutation);
  } catch (thrown) {
    return failed(thrown, ({ code }) => code === 'CONFLICT' || !isRepeat);
  }
  try {
    // Two at once would both add what lacks, and together pass the limit.
    return await (isDryRun ? work() : parts.exclusive([`indicators of ${directoryKey(tenant)}`], scope, work));
  } catch (thrown) {
    // Of a repeat an earlier run may have done it.
    return failed(thrown, (error) => isDryRun || (!isRepeat && isSurelyNotSent(error)));
  }
};

/**
 * Brings tenants to a set. Calls of each tenant: 2 to read its list, and one more for each 10,000 indicators of it, then 1 for 500
 * that differ.
 */
export const applyIndicators: Action<ApplyIndicatorsInput, IndicatorSetResult> = {
  guardrail: 'applyIndicators',
  permission: 'indicator:write',
  targetsOf: ({ tenants }) => tenants ?? [],
  perform: async (parts, mutation, acting, input, scope) => {
    const { tenants: names, tenantTags } = input;
    const isDryRun = input.dryRun === true;
    acting.access.requireInPart('indicator:write');
    if (names == null && tenantTags == null) {
      throw new InputError('Say in which tenants: with tenants or tenantTags', { field: 'tenants' });
    }
    checkKeys(input);
    const tenants = acting.access.selectTenants({ tenants: names, tenantTags }, 'indicator:write');
    const set = readSet(input, parts.clock.now());
    const applyAll = async (isRepeat: boolean): Promise<readonly Applied[]> => {
      // What an earlier run brought there, and has ended since, is no fault of its repeat.
      if (set.overdue !== null && !isRepeat) throw set.overdue;
      return performOnEach(
        tenants,
        (tenant) => applyAlone({ parts, mutation, acting, tenant, input, isDryRun, scope, set, isRepeat }),
        tenantsAtOnce,
      );
    };
    const results = await parts.idempotency.once<readonly IndicatorSetResult[]>(
      {
        ...{ ...keyOwnerOf(acting), mutation, key: isDryRun ? undefined : checkKeys(input) },
        // What is left to be done differs from run to run, the set does not, in whatever order it is given.
        input: [set.name, set.prune, set.wanted, names?.toSorted() ?? null, tenantTags?.toSorted() ?? null],
        work: async ({ resumedSince }) => {
          const applied = await applyAll(resumedSince !== null);
          const isOpen = resumedSince !== null || applied.some((one) => one.isBegun);
          return { result: applied.map(({ result }) => result), progress: isOpen ? 'OPEN' : 'NOTHING' };
        },
      },
      scope,
    );
    return payloadOf(input, asNamed(results, names));
  },
};
