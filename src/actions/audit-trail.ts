import { randomUUID } from 'node:crypto';
import type { Approved } from '../access/acting.ts';
import type { Caller } from '../access/caller.ts';
import { type AuditBudget, noAuditBudget } from '../access/limits/audit-budget.ts';
import { type KeptInput, keptInput } from '../audit/input.ts';
import type { AuditEntry, AuditLog } from '../audit/record.ts';
import type { Clock } from '../clock.ts';
import type { ActionOutcome } from '../domain/outcome.ts';
import { asError, GatewayError } from '../errors.ts';
import type { Refusal } from '../guardrails/guardrails.ts';
import type { Log } from '../log.ts';
import type { CallScope } from '../scope.ts';
import { faultWord } from '../store/faults.ts';
import type { Journal, JournalEntry, JournalSubject } from './once/journal.ts';
import type { LooseEnds } from './once/loose-ends.ts';

/** A mutation as the audit sees it. */
export interface Audited {
  readonly caller: Pick<Caller, 'id' | 'name' | 'kind'>;
  readonly approved: Approved | null;
  readonly mutation: string;
  /** The tenant's configured name. */
  readonly tenant: string;
  /** Microsoft's id of that tenant, as the request sees it: its name may be another's when the action is looked for. */
  readonly tenantId?: string;
  /** What is asked besides the targets. */
  readonly input: unknown;
}

/** One target, why it is refused if it is, and how the action can be found again; null: it is the gateway's own alone. */
export interface AuditedTarget {
  readonly target: string;
  /** Where it is, of what is about several tenants; as of the mutation by default. */
  readonly tenant?: string;
  readonly tenantId?: string;
  readonly refusal: Refusal | null;
  readonly subject: JournalSubject | null;
  /** Where it stands without being sent: its only record says so. */
  readonly stands?: ActionEnd | null;
}

/** What became of an action. */
export interface ActionEnd {
  readonly outcome: ActionOutcome;
  readonly error?: GatewayError | null;
  readonly actionId?: string | null;
}

/** Characters of a target's id that are kept; no id is longer. */
const maxTarget = 500;

/** Bytes that a record has besides its entry: number, time, ties and seal. */
const ownBytes = 300;

/** Bytes that the entries and their ends will take in the log. */
const bytesOf = (entries: readonly AuditEntry[], { input }: KeptInput): number =>
  entries.reduce(
    (sum, { input: _once, ...entry }) =>
      sum + (entry.outcome === 'INTENDED' ? 2 : 1) * (Buffer.byteLength(JSON.stringify(entry)) + ownBytes),
    Buffer.byteLength(JSON.stringify(input)),
  );

const approvalOver = ({ approvalId }: Approved): GatewayError =>
  new GatewayError(
    'CONFLICT',
    `The time of the approval ${approvalId} was over before this was sent: it was not done`,
    { sent: 'no' },
  );

const entryOf = (
  { caller, approved, mutation, ...audited }: Audited,
  { target, refusal, subject, stands = null, tenant = audited.tenant, tenantId = audited.tenantId }: AuditedTarget,
  kept: KeptInput,
  scope: CallScope,
): AuditEntry => ({
  auditId: randomUUID(),
  callerId: caller.id,
  callerName: caller.name,
  callerKind: caller.kind,
  remoteAddress: scope.remoteAddress ?? null,
  requestId: scope.requestId,
  mutation,
  tenant,
  ...(tenantId !== undefined && { tenantId }),
  target: target.length <= maxTarget ? target : `${target.slice(0, maxTarget)}…`,
  ...kept,
  ...(subject !== null && 'mark' in subject && { tag: subject.mark }),
  guardrails: refusal?.spoken ?? [],
  ...(approved && { approval: { approvalId: approved.approvalId, approvedBy: approved.by.id } }),
  outcome: stands?.outcome ?? (refusal === null ? 'INTENDED' : 'REFUSED'),
  errorCode: (stands?.error ?? refusal?.error)?.code ?? null,
  actionId: stands?.actionId ?? null,
  upstreamRequestId: null,
});

/** Writes before and after every action: to the journal, for what comes after a crash, and to the audit, for people. */
export const createAuditTrail = (parts: {
  readonly audit: AuditLog;
  readonly budget?: AuditBudget | undefined;
  readonly journal: Journal;
  readonly looseEnds: Pick<LooseEnds, 'add'>;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  const { audit, budget = noAuditBudget, journal, looseEnds, clock, log } = parts;

  /** The record of one action: begun before it, ended after it. */
  const actionOf = (
    entry: AuditEntry,
    inputSeq: number | undefined,
    journalled: JournalEntry | undefined,
    approved: Approved | null,
  ) => {
    let upstreamRequestId: string | null = null;
    let current = journalled;
    const since = clock.now();
    return {
      /** The request's scope, which notes Microsoft's ids of the calls that the action makes. */
      scope: (outer: CallScope): CallScope => ({
        ...outer,
        record: (call) => {
          upstreamRequestId = call.upstreamRequestId ?? upstreamRequestId;
          outer.record(call);
        },
      }),
      /**
       * To be called right before it is sent, each time: the journal counts from there how long it may be on its way. Throws
       * `INTERNAL` when the journal cannot be written, `CONFLICT` when the time of its approval is over: then it is not sent.
       */
      renew: async (): Promise<void> => {
        if (approved !== null && clock.now() >= approved.until) throw approvalOver(approved);
        if (current !== undefined) current = await journal.renew(current);
      },
      /**
       * `keep` puts down elsewhere what became of it, before the journal forgets. Never rejects: the action stands, and that its end
       * could not be written goes to the log.
       */
      end: async ({ outcome, error = null, actionId = null }: ActionEnd, keep?: () => Promise<void>): Promise<void> => {
        const end = {
          outcome,
          errorCode: error?.code ?? null,
          actionId,
          upstreamRequestId: error?.details.upstreamRequestId ?? upstreamRequestId,
        };
        const record = { ...entry, input: null, ...(inputSeq !== undefined && { inputSeq }), ...end };
        const written = await audit.append([record]).then(
          () => true,
          (thrown: unknown) => {
            const { mutation, auditId } = entry;
            const err = asError(thrown);
            log.error('The end of an action could not be written to the audit log', {
              mutation,
              auditId,
              ...end,
              err,
            });
            return false;
          },
        );
        await keep?.();
        const isClosed =
          written &&
          (current === undefined || (await (outcome === 'UNKNOWN' ? journal.leave : journal.close)(current)));
        if (!isClosed) looseEnds.add({ record, isBegun: true, journalled: current, since });
      },
    };
  };

  return {
    /**
     * Writes all targets at once, refused ones with their guardrails; the input once. Throws `INTERNAL` when it cannot be
     * written and `RATE_LIMITED` when the caller has written too much: then nothing may be done. Answers in the order of the
     * items, each with its record.
     */
    begin: async <Item>(
      audited: Audited,
      items: readonly Item[],
      targetOf: (item: Item) => AuditedTarget,
      scope: CallScope,
    ) => {
      const kept = keptInput(audited.input);
      const of = audited.tenantId === undefined ? {} : { tenantId: audited.tenantId };
      const entries = items.map((item) => {
        const target = targetOf(item);
        return { item, target, audit: entryOf(audited, target, kept, scope) };
      });
      const [first] = entries;
      if (first === undefined) return [];
      await budget.spend(
        first.audit,
        bytesOf(
          entries.map(({ audit: entry }) => entry),
          kept,
        ),
      );
      // First the journal: what the audit says is about to be done is never without somebody to find out its end.
      const since = clock.now();
      /** Nothing was sent: what stands of its beginning gets its end. */
      const neverBegun = (entry: AuditEntry, journalled?: JournalEntry): void => {
        const record: AuditEntry = { ...entry, input: null, outcome: 'NOT_BEGUN', errorCode: 'INTERNAL' };
        if (entry.outcome === 'INTENDED') looseEnds.add({ record, isBegun: false, journalled, since });
      };
      const journalled = await journal.open(
        entries.flatMap(({ target: { refusal, subject }, audit: entry }) =>
          refusal === null && subject !== null ? [{ audit: { ...entry, input: null }, subject, ...of }] : [],
        ),
        (left) => neverBegun(left.audit, left),
      );
      const byAction = new Map(journalled.map((entry) => [entry.audit.auditId, entry]));
      let inputSeq: number | undefined;
      try {
        [inputSeq] = await audit.append(entries.map(({ audit: entry }) => entry));
      } catch (error) {
        for (const { audit: entry } of entries) neverBegun(entry, byAction.get(entry.auditId));
        throw new GatewayError(
          'INTERNAL',
          `The audit log cannot be written, so nothing was done: ${faultWord(error)}`,
          { sent: 'no' },
          error,
        );
      }
      return entries.map(({ item, audit: entry }) => ({
        item,
        action: actionOf(entry, inputSeq, byAction.get(entry.auditId), audited.approved),
      }));
    },
  };
};

export type AuditTrail = ReturnType<typeof createAuditTrail>;
