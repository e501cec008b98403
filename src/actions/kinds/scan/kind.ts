import type { GuardedAction } from '../../../config/guardrails.ts';
import type { Tenant } from '../../../config/tenants.ts';
import { type ScanDefinition, scanDefinitionFromMde } from '../../../entities/scan-definition.ts';
import { asGatewayError, type GatewayError, isSurelyNotSent, type NotFoundError } from '../../../errors.ts';
import { firstPages } from '../../../routing/first-pages.ts';
import { mayBeOfOne } from '../../../routing/in-halves.ts';
import type { ScanWire } from '../../../routing/scan-acts.ts';
import type { CallScope } from '../../../scope.ts';
import type { ActParts } from '../../act.ts';
import { committedScope, lookAgain } from '../../committed-scope.ts';
import type { TenantMutationInput } from '../../inputs.ts';
import type { FieldChange, ScanDefinitionResult } from '../../payloads.ts';
import { type ActKind, done, type Ended, type Sending, stopped } from '../../pipeline/kind.ts';
import { sendTogether } from '../../pipeline/send-each.ts';
import { readableOf, visibilityOf } from '../../readable.ts';
import { allScans, type ScanSubject } from '../../recovery/scans.ts';
import type { FindOutcomes } from '../../recovery/sought.ts';
import { errorRow, notThere } from '../../results.ts';
import { type TenantMutation, tenantAct } from '../../tenant-act.ts';
import { lookFirst, type MadeTarget, madeKind } from '../made/kind.ts';

/** A scan that is made, changed or deleted. */
export interface ScanTarget extends MadeTarget<ScanDefinition> {
  /** Why nothing is sent for it, by what the tenant has; null: nothing speaks against it. */
  readonly unmet: GatewayError | null;
  /** Whether the caller may read how it was. */
  readonly mayTell: boolean;
}

/** What there is in a tenant. */
export interface Estate {
  readonly scans: readonly ScanDefinition[];
  /** Throws `NOT_FOUND` where no scanner is on the machine. */
  readonly checkScanner: (machineId: string | undefined) => void;
}

/** What is particular to one mutation, its input checked. */
export interface ScanOrder<Subject extends ScanSubject> {
  /** Names of targets in the form in which equal names are equal. */
  readonly asked: readonly string[];
  readonly particulars: unknown;
  /** The scan that a name leads to; null: there is none. */
  readonly beforeOf: (name: string, estate: Estate) => ScanDefinition | null;
  /** Throws what speaks against it. */
  readonly check: (before: ScanDefinition | null, name: string, estate: Estate) => void;
  readonly subjectOf: (name: string) => Subject;
  readonly find: FindOutcomes<Subject, ScanDefinition>;
  /** Null: one call takes all of them away. */
  readonly send: ((target: ScanTarget, scope: CallScope) => Promise<ScanWire | null>) | null;
  readonly changesOf?: (before: ScanDefinition) => readonly FieldChange[];
  /** Whether scanners are named, which are read for it. */
  readonly namesScanner: boolean;
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

/** Reads what there is. Calls: 1, and 1 more where a scanner is named. */
const estateOf = async (
  { reads }: ActParts,
  tenant: Tenant,
  namesScanner: boolean,
  scope: CallScope,
): Promise<Estate> => {
  const [scans, scanners] = await Promise.all([
    allScans(reads.scanDefinitions, tenant, scope),
    namesScanner
      ? reads.scanAgents.open(tenant, {}, { from: { kind: 'start' }, top: 1000 }, scope)
      : Promise.resolve(null),
  ]);
  const known = scanners === null ? [] : (await firstPages(scanners, 1)).items;
  const machines = new Set(known.flatMap(({ machineId }) => machineId?.toLowerCase() ?? []));
  return {
    scans,
    checkScanner: (machineId) => {
      if (machineId === undefined || machines.has(machineId)) return;
      const message = `There is no scanner on the machine ${machineId} in ${tenant.name}: scanAgents names those that there are`;
      throw notThere(tenant, message);
    },
  };
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
  for (const { renew } of sendings) await renew();
  const ids = sendings.map(({ target: { id, before } }) => before?.scanDefinitionId ?? id);
  const errors = await parts.scanActs.remove(tenant, ids, committedScope(scope, parts.clock));
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
    return stopped('FAILED', error.code === 'NOT_FOUND' ? unknownScan(tenant, id) : error);
  });
};

/** The kind of a mutation on scans. */
const scanKind = <Subject extends ScanSubject>(
  mutation: TenantMutation,
  { asked, namesScanner, beforeOf, check, subjectOf, find, send, changesOf }: ScanOrder<Subject>,
): ActKind<ScanTarget, ScanDefinition, ScanDefinitionResult> => {
  const { parts, acting, tenant } = mutation;
  const judge = visibilityOf(mutation).ofOneMachine<ScanDefinition>('machine:read', tenant);
  /** Which of them the caller reads: those of the scanners that they see. */
  const readable = (scans: readonly ScanDefinition[]): Promise<ReadonlySet<ScanDefinition>> =>
    readableOf(scans, acting.access.mayInPart('machine:read', tenant), judge);

  const kind = madeKind<ScanDefinition, Subject, ScanDefinitionResult, ScanTarget>(
    {
      ...{ mutation, readable, find, capability: 'scans.write' },
      plan: async (where) => {
        const estate = await estateOf(parts, tenant, namesScanner, where);
        const befores = new Map([...new Set(asked)].map((name) => [name, beforeOf(name, estate)]));
        const seen = await readable([...befores.values()].flatMap((before) => before ?? []));
        return [...befores].map(([name, before]) => ({
          asked: name,
          target: {
            ...{ id: name, before, machine: null },
            unmet: errorIn(() => check(before, name, estate)),
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
    ({ target: { before, mayTell } }, { outcome, error, shown, actionId }, isReadable) => ({
      scanDefinitionId: actionId ?? before?.scanDefinitionId ?? null,
      changes: mayTell && before !== null && changesOf !== undefined ? changesOf(before) : null,
      scanDefinition: isReadable ? shown : null,
      ...{ outcome, error: errorRow(error, parts.log) },
    }),
  );
  if (send !== null) return kind;
  return { ...kind, send: (sendings) => sendTogether(sendings, (all) => removeAll(mutation, all)) };
};

/** An act on scans. */
export const scanAct = <Input extends TenantMutationInput, Subject extends ScanSubject>(
  guardrail: GuardedAction,
  targetsOf: (input: Input) => readonly string[],
  orderOf: (mutation: TenantMutation<Input>) => ScanOrder<Subject>,
) =>
  tenantAct({
    ...{ guardrail, targetsOf, permission: 'scan:write', read: 'machine:read' },
    order: (mutation) => {
      const order = orderOf(mutation);
      const { asked, particulars } = order;
      return { asked, particulars, comment: null, kind: scanKind(mutation, order) };
    },
  });
