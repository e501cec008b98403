import { flagForm, textForm, type Version } from './forms.ts';
import type { SpaceOptions } from './space.ts';
import { partsOfWindow } from './windows.ts';

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How long a repeat under an `idempotencyKey` gets the first answer. */
export const repeatMs = dayMs;
/** How long an approval is shown after it was asked for. */
export const approvalShownMs = 30 * dayMs;
/** The longest that a request for approval stands. */
export const maxApprovalMs = dayMs;

/** A time and an id. */
const timedMember = /^\d{15}:[\w-]+$/;

const approvalKeptMs = approvalShownMs + dayMs;

/** Something that would be done twice, or wrongly, if the entry ended before it. */
export interface Guarded {
  readonly what: string;
  /** Milliseconds, from the moment at which the entry is written. */
  readonly forMs: number;
}

/**
 * What a part of the store keeps: values of a form, absent (`form`) or refused (`guards`) where they cannot be read; numbers that
 * are counted up; or the members of sorted lists, of which those of another form are left alone.
 */
type Keeps =
  | { readonly form: Version }
  | { readonly guards: Version }
  | { readonly counts: true }
  | { readonly members: RegExp };

/** A sliding window, with the part of it that counts whole. */
const windowOf = (ms: number): Guarded => ({ what: 'a window', forMs: ms + ms / partsOfWindow });

/** A part of the store: what it keeps, how long its entries live, and for whose sake. */
export type Namespace = Lifetime & Keeps;

/**
 * How an entry is kept from speaking of another tenant that has the name by now. `none`: it is of no tenant, or of an approval or sign-in
 * that is. `key`: its key has Microsoft's id of the tenant (`src/config/tenant-keys.ts`). `entry`: the entry tells the id, which is compared.
 */
type TenantBond = 'none' | 'key' | 'entry';

interface Lifetime extends Omit<SpaceOptions, 'form' | 'guards'> {
  /** Milliseconds; an entry may be given more, never less. None: it has no end. */
  readonly ttlMs?: number;
  /** None: when an entry is missing, something is asked or counted anew, and nothing is done twice. */
  readonly outlives: readonly Guarded[];
  readonly tenant: TenantBond;
}

/**
 * Every part of the store, by name. What guards outlives what it guards: a test holds each lifetime against what it is for, and
 * every use of the store against this table. Whoever changes what is kept so that a gateway of the
 * version before would read it wrongly counts its version up.
 */
export const namespaces = {
  /** Tokens of apps, which live less long; a dead one is of no use to anybody. */
  msal: { tenant: 'key', ttlMs: dayMs, encrypted: true, cache: true, form: textForm, outlives: [] },
  /** Who asked Entra despite a refusal, counted for as long as no one else may. */
  'token-bypass': { tenant: 'key', ttlMs: minuteMs, cache: true, counts: true, outlives: [windowOf(30 * secondMs)] },
  /** Users who signed in for the gateway. Entra forgets a refresh token that is not used for so long. */
  'sign-ins': { tenant: 'key', ttlMs: 90 * dayMs, encrypted: true, form: { version: 1 }, outlives: [] },
  'sign-in-caches': { tenant: 'none', ttlMs: 90 * dayMs, encrypted: true, form: textForm, outlives: [] },
  'sign-in-attempts': {
    tenant: 'key',
    ttlMs: 30 * minuteMs,
    encrypted: true,
    form: { version: 1 },
    outlives: [{ what: 'a code that a user has to enter', forMs: 15 * minuteMs }],
  },
  /** Buckets, which are given the same lifetime with each taking. */
  rate: { tenant: 'none', ttlMs: 2 * minuteMs, cache: true, counts: true, outlives: [windowOf(minuteMs)] },
  'cost-rate': { tenant: 'none', ttlMs: 2 * minuteMs, cache: true, counts: true, outlives: [windowOf(minuteMs)] },
  'sign-in-failures': {
    tenant: 'none',
    ttlMs: 2 * minuteMs,
    cache: true,
    counts: true,
    outlives: [windowOf(minuteMs)],
  },
  /** Bytes of the audit log that a caller wrote. */
  'audit-budget': { tenant: 'none', ttlMs: 2 * minuteMs, cache: true, counts: true, outlives: [windowOf(minuteMs)] },
  /**
   * Calls against Microsoft's quotas, and until when it wants none. A call waits longer for it than for a cache: replicas that count
   * by themselves send more than the quota allows. Run time is counted by the day.
   */
  quotas: { tenant: 'key', ttlMs: 2 * dayMs, cache: true, readLimitMs: 500, counts: true, outlives: [windowOf(dayMs)] },
  /** A mark of each tenant that every action there changes: what was kept under another one is from before. */
  'read-generations': {
    tenant: 'key',
    ttlMs: hourMs,
    form: textForm,
    outlives: [{ what: 'an answer in the cache of a process', forMs: 5 * minuteMs }],
  },
  /** Where the audit log ends: without it a log that was cut would be gone on with. */
  'audit-head': {
    tenant: 'none',
    encrypted: true,
    form: { version: 1 },
    outlives: [{ what: 'the log', forMs: 100 * 365 * dayMs }],
  },
  /** First answers by the keys of callers. */
  idempotency: {
    tenant: 'entry',
    ttlMs: repeatMs + hourMs,
    encrypted: true,
    guards: { version: 1 },
    outlives: [{ what: 'a repeat under the key', forMs: repeatMs }],
  },
  /** What was done to each target under a key. */
  'idempotency-target': {
    tenant: 'entry',
    ttlMs: 2 * dayMs,
    encrypted: true,
    guards: { version: 1 },
    outlives: [{ what: 'the key', forMs: repeatMs + hourMs }],
  },
  /** Targets that a key stands for and does not name. */
  'idempotency-settled': {
    tenant: 'key',
    // Hardly longer than the key, so that a later use of it finds anew.
    ttlMs: repeatMs + hourMs + minuteMs,
    encrypted: true,
    guards: { version: 1 },
    outlives: [{ what: 'the key', forMs: repeatMs + hourMs }],
  },
  /** Who is at a key: until the deadline of the request, and so long beyond it. */
  'idempotency-lease': {
    tenant: 'none',
    ttlMs: minuteMs,
    guards: textForm,
    outlives: [{ what: 'looks at what became of an action, after the deadline of its request', forMs: 30 * secondMs }],
  },
  /** Signs of life. */
  presence: {
    tenant: 'none',
    ttlMs: 10 * secondMs,
    guards: flagForm,
    outlives: [{ what: 'a process that was heard of last may still begin an action', forMs: 8 * secondMs }],
  },
  /** Actions under way; one whose outcome never came out is forgotten after this long. */
  journal: {
    tenant: 'entry',
    ttlMs: 30 * dayMs,
    encrypted: true,
    guards: { version: 2 },
    outlives: [
      { what: 'an action that may still be on its way', forMs: 2 * minuteMs },
      { what: 'an answer under a key that is not final', forMs: repeatMs + hourMs },
    ],
  },
  /** Actions that the audit tells as not begun, for the repeat that finds them done: as long as a key is kept, of an approval too. */
  'told-not-begun': {
    tenant: 'entry',
    ttlMs: approvalKeptMs + 2 * dayMs,
    encrypted: true,
    form: { version: 2 },
    outlives: [{ what: 'a repeat that may find it', forMs: approvalKeptMs + dayMs }],
  },
  /** What was done to states of machines: longer than Microsoft takes to list an action. */
  'recent-states': {
    tenant: 'key',
    ttlMs: 15 * minuteMs,
    cache: true,
    form: { version: 1 },
    outlives: [{ what: 'an action that is not listed yet', forMs: 2 * minuteMs }],
  },
  /** The tags that incidents were given: longer than reads lag behind. */
  'recent-tags': {
    tenant: 'key',
    ttlMs: 15 * minuteMs,
    cache: true,
    form: { version: 1 },
    outlives: [{ what: 'a read that shows what was before', forMs: 2 * minuteMs }],
  },
  /** What indicators were made to be: longer than the list lags behind, and no longer, for others may change them meanwhile. */
  'recent-indicators': {
    tenant: 'key',
    ttlMs: 3 * minuteMs,
    cache: true,
    form: { version: 1 },
    outlives: [{ what: 'a read that shows what was before', forMs: 2 * minuteMs }],
  },
  /** Who changes something that hangs on what is there: until the deadline of the request, and so long beyond it. */
  'change-lease': {
    tenant: 'key',
    ttlMs: minuteMs,
    guards: textForm,
    outlives: [{ what: 'looks at what became of the change, after that deadline', forMs: 30 * secondMs }],
  },
  /** Who clears up, taken anew before each look. */
  'reconcile-lease': {
    tenant: 'none',
    ttlMs: 90 * secondMs,
    guards: textForm,
    outlives: [{ what: 'one look at Microsoft, and telling what it found', forMs: minuteMs }],
  },
  /** Requests for approval. */
  approval: {
    tenant: 'entry',
    ttlMs: approvalKeptMs,
    encrypted: true,
    guards: { version: 2 },
    outlives: [
      { what: 'being shown', forMs: approvalShownMs },
      { what: 'being given', forMs: maxApprovalMs },
    ],
  },
  /** What the second person said: without it a request that was decided would be open again. */
  'approval-decision': {
    tenant: 'none',
    ttlMs: approvalKeptMs + dayMs,
    encrypted: true,
    guards: { version: 1 },
    outlives: [{ what: 'the request', forMs: approvalKeptMs }],
  },
  /** What became of each target: without it an approval would be performed again. */
  'approval-performance': {
    tenant: 'none',
    ttlMs: approvalKeptMs + dayMs,
    encrypted: true,
    guards: { version: 1 },
    outlives: [{ what: 'the request', forMs: approvalKeptMs }],
  },
  /** First answers by approval, apart from the keys of callers. */
  'approval-keys': {
    tenant: 'entry',
    ttlMs: approvalKeptMs + dayMs,
    encrypted: true,
    guards: { version: 1 },
    outlives: [{ what: 'the request', forMs: approvalKeptMs }],
  },
  /** What was done to each target by approval. */
  'approval-target': {
    tenant: 'entry',
    ttlMs: approvalKeptMs + 2 * dayMs,
    encrypted: true,
    guards: { version: 1 },
    outlives: [{ what: 'the first answers by approval', forMs: approvalKeptMs + dayMs }],
  },
  /** Which approvals there are, in the order of asking: ids and times alone. */
  'approval-index': {
    tenant: 'key',
    ttlMs: approvalKeptMs,
    members: /^\d{15}:\d{15}:[\w-]+$/,
    outlives: [{ what: 'being shown', forMs: approvalShownMs }],
  },
  /** Which approvals wait, and how many were asked for in a day: for the limits. */
  'approval-open': {
    tenant: 'key',
    ttlMs: 2 * dayMs,
    members: timedMember,
    outlives: [{ what: 'a request that stands', forMs: maxApprovalMs }],
  },
  'approval-asked': {
    tenant: 'none',
    ttlMs: 2 * dayMs,
    members: timedMember,
    outlives: [{ what: 'the count of a day', forMs: dayMs }],
  },
} as const satisfies Readonly<Record<string, Namespace>>;
