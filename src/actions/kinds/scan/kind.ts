import type { GuardedAction } from '../../../config/guardrails.ts';
import { directoryKey } from '../../../config/tenant-keys.ts';
import type { Tenant } from '../../../config/tenants.ts';
import { type ScanDefinition, scanDefinitionFromMde } from '../../../entities/scan-definition.ts';
import {
  asGatewayError,
  type GatewayError,
  isSurelyNotSent,
  type NotFoundError,
  retold,
  UpstreamError,
} from '../../../errors.ts';
import { mayBeOfOne } from '../../../routing/in-halves.ts';
import type { ScanTerms, ScanWire } from '../../../routing/scan-actions.ts';
import type { CallScope } from '../../../scope.ts';
import { committedScope, lookAgain } from '../../committed-scope.ts';
import type { TenantMutationInput } from '../../inputs.ts';
import type { FieldChange, ScanDefinitionResult } from '../../payloads.ts';
import { type ActionKind, done, type Ended, type Look, type Sending, stopped } from '../../pipeline/kind.ts';
import { sendTogether } from '../../pipeline/send-each.ts';
import { readableOf, visibilityOf } from '../../readable.ts';
import { allScans, type ScanSubject } from '../../recovery/scans.ts';
import type { FindOutcomes } from '../../recovery/sought.ts';
import { notThere } from '../../results.ts';
import { type TenantMutation, tenantAction } from '../../tenant-action.ts';
import { lookFirst, type MadeTarget, madeKind } from '../made/kind.ts';
import { nameKey } from './terms.ts';

/** A scan that is made, changed or deleted. */
export interface ScanTarget extends MadeTarget<ScanDefinition> {
  /** Why nothing is sent for it, by what the tenant has; null: nothing speaks against it. */
  readonly unmet: GatewayError | null;
  /** Whether the caller may read how it was. */
  readonly mayTell: boolean;
}

/** What is particular to one mutation, its input checked. */
export interface ScanOrder<Subject extends ScanSubject> {
  /** Names of targets in the form in which equal names are equal. */
  readonly asked: readonly string[];
  /** What scans are to be like, as far as it is said. */
  readonly terms: ScanTerms;
  readonly particulars: unknown;
  /** Of all scans of the tenant the one that a name leads to; null: there is none. */
  readonly beforeOf: (name: string, scans: readonly ScanDefinition[]) => ScanDefinition | null;
  /** Throws what speaks against it. */
  readonly check: (before: ScanDefinition | null, name: string, scans: readonly ScanDefinition[]) => void;
  readonly subjectOf: (name: string) => Subject;
  readonly find: FindOutcomes<Subject, ScanDefinition>;
  /** Null: one call takes all of them away. */
  readonly send: ((target: ScanTarget, scope: CallScope) => Promise<ScanWire | null>) | null;
  readonly changesOf?: (before: ScanDefinition) => readonly FieldChange[];
}

/** Of an id that the tenant's list has not. */
export const unknownScan = (tenant: Tenant, id: string): NotFoundError =>
  notThere(tenant, `There is no scan definition ${id.slice(0, 80)} in ${tenant.name}`);

const errorIn = (check: () => void): GatewayError | null => {
  try {
    check();
    return null;
  } catch (thrown) {
    return asGatewayError(thrown);
  }
};

/**
 * Refuses a scanner that the tenant's list has not. Rejects where that cannot be told: the list is not whole, or has one that does
 * not say its machine. Calls: 1.
 */
const lookAtScanner =
  ({ parts: { reads }, tenant }: TenantMutation, machineId: string): Look<ScanTarget, ScanDefinition> =>
  async (targets, _isDryRun, scope) => {
    const { page } = await reads.scanAgents.open(tenant, {}, { from: { kind: 'start' }, top: 1000 }, scope);
    if (page.items.some((scanner) => scanner.machineId === machineId)) return targets.map(() => null);
    const where = `on the machine ${machineId} in ${tenant.name}`;
    if (page.items.some((scanner) => scanner.machineId === null)) {
      const message = `No scanner says that it is ${where}, and not all say where they are`;
      throw new UpstreamError('UPSTREAM_REJECTED', message, { tenant: tenant.name, api: 'mde' });
    }
    const error = notThere(tenant, `There is no scanner ${where}: scanAgents names those that there are`);
    return targets.map(({ before }) => stopped('FAILED', error, before));
  };

const isOf =
  (id: string) =>
  ({ scanDefinitionId }: ScanDefinition): boolean =>
    scanDefinitionId.toLowerCase() === id.toLowerCase();

/** Takes all away in one call. */
const removeAll = async (
  { parts, tenant, scope }: TenantMutation,
  sendings: readonly Sending<ScanTarget>[],
): Promise<readonly Ended<ScanDefinition>[]> => {
  const ids = sendings.map(({ target: { id, before } }) => before?.scanDefinitionId ?? id);
  const errors = await parts.scanActions.remove(tenant, ids, committedScope(scope, parts.clock));
  // Several that were refused as a whole may be gone in part, so that one of them is refused by itself, too.
  const isOpen = (error: GatewayError | null): error is GatewayError =>
    error !== null && (!isSurelyNotSent(error) || (ids.length > 1 && mayBeOfOne(error)));
  const left = errors.some(isOpen)
    ? await lookAgain(parts, 'Scans could not be read again', { tenant: tenant.name }, scope, (look) =>
        allScans(parts.reads.scanDefinitions, tenant, look),
      )
    : null;
  return ids.map((id, index): Ended<ScanDefinition> => {
    const error = errors[index] ?? null;
    const isGone = isOpen(error) && left !== null && !left.some(isOf(id));
    if (error === null || isGone) return done<ScanDefinition>(null, id);
    if (!isSurelyNotSent(error) || (isOpen(error) && left === null)) return stopped('UNKNOWN', lookFirst(error));
    return stopped('FAILED', error.code === 'NOT_FOUND' ? retold(error, unknownScan(tenant, id).message) : error);
  });
};

/** The kind of a mutation on scans. */
const scanKind = <Subject extends ScanSubject>(
  mutation: TenantMutation,
  { asked, terms: { machineId }, beforeOf, check, subjectOf, find, send, changesOf }: ScanOrder<Subject>,
): ActionKind<ScanTarget, ScanDefinition, ScanDefinitionResult> => {
  const { parts, acting, tenant } = mutation;
  const judge = visibilityOf(mutation).ofOneMachine<ScanDefinition>('machine:read', tenant);
  /** Which of them the caller reads: those of the scanners that they see. */
  const readable = (scans: readonly ScanDefinition[]): Promise<ReadonlySet<ScanDefinition>> =>
    readableOf(scans, acting.access.mayInPart('machine:read', tenant), judge);

  const kind = madeKind<ScanDefinition, Subject, ScanDefinitionResult, ScanTarget>(
    {
      ...{ mutation, readable, find, capability: 'scans.write' },
      plan: async (where) => {
        const scans = await allScans(parts.reads.scanDefinitions, tenant, where);
        const befores = new Map([...new Set(asked)].map((name) => [name, beforeOf(name, scans)]));
        const seen = await readable([...befores.values()].flatMap((before) => before ?? []));
        return [...befores].map(([name, before]) => ({
          asked: name,
          target: {
            ...{ id: name, before, machine: null },
            unmet: errorIn(() => check(before, name, scans)),
            mayTell: before !== null && seen.has(before),
          },
          error: null,
        }));
      },
      check: ({ unmet }) => unmet,
      subjectOf: ({ id }) => subjectOf(id),
      idOf: ({ scanDefinitionId }) => scanDefinitionId,
      read: async (id, where) => (await allScans(parts.reads.scanDefinitions, tenant, where)).find(isOf(id)) ?? null,
      send: async (target, where) => {
        const wire = await send?.(target, where);
        return wire == null ? null : scanDefinitionFromMde(tenant, wire);
      },
    },
    ({ target: { before, mayTell } }, { outcome, error, shown: scanDefinition, actionId }) => ({
      scanDefinitionId: actionId ?? before?.scanDefinitionId ?? null,
      changes: mayTell && before !== null && changesOf !== undefined ? changesOf(before) : null,
      ...{ scanDefinition, outcome, error },
    }),
  );
  return {
    ...kind,
    looks: machineId === undefined ? [] : [lookAtScanner(mutation, machineId)],
    ...(send === null && { send: (sendings) => sendTogether(sendings, (all) => removeAll(mutation, all)) }),
  };
};

/** An action on scans. */
export const scanAction = <Input extends TenantMutationInput, Subject extends ScanSubject>(
  guardrail: GuardedAction,
  targetsOf: (input: Input) => readonly string[],
  orderOf: (mutation: TenantMutation<Input>) => ScanOrder<Subject>,
) =>
  tenantAction({
    ...{ guardrail, targetsOf, permission: 'scan:write', read: 'machine:read' },
    order: (mutation) => {
      const order = orderOf(mutation);
      const { asked, terms, particulars } = order;
      // By its name a new scan is found again: two requests must not both see that nobody has it.
      const alone =
        terms.scanName === undefined
          ? []
          : [JSON.stringify([directoryKey(mutation.tenant), 'scan', nameKey(terms.scanName)])];
      return { asked, particulars, alone, comment: null, kind: scanKind(mutation, order) };
    },
  });
