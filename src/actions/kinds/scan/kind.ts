import { createVisibility } from '../../../access/visibility.ts';
import type { GuardedAction } from '../../../config/guardrails.ts';
import type { Tenant } from '../../../config/tenants.ts';
import { type ScanDefinition, scanDefinitionFromMde } from '../../../entities/scan-definition.ts';
import { asGatewayError, type GatewayError, isSurelyNotSent, NotFoundError } from '../../../errors.ts';
import { firstPages } from '../../../routing/first-pages.ts';
import { mayBeOfOne, type ScanWire } from '../../../routing/scan-acts.ts';
import type { CallScope } from '../../../scope.ts';
import type { ActParts } from '../../act.ts';
import type { Acting } from '../../acting.ts';
import { committedScope, lookScope } from '../../committed-scope.ts';
import type { TenantMutationInput } from '../../inputs.ts';
import type { FieldChange, Payload, ScanDefinitionResult } from '../../payloads.ts';
import { type Ended, type Sending, stopped } from '../../pipeline/kind.ts';
import { sendTogether } from '../../pipeline/send-each.ts';
import { allScans, type ScanSubject } from '../../recovery/scans.ts';
import type { FindOutcomes } from '../../recovery/sought.ts';
import { errorRow, payloadOf } from '../../results.ts';
import { type MadeTarget, madeKind, unknownOutcome } from '../made/kind.ts';

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

/** What is particular to one act. */
export interface ScanOrder<Subject extends ScanSubject> {
  readonly mutation: string;
  readonly guardrail: GuardedAction;
  readonly input: TenantMutationInput;
  /** Names of targets in the form in which equal names are equal. */
  readonly asked: readonly string[];
  readonly particulars: unknown;
  /** The scan that a name leads to; null: there is none. */
  readonly beforeOf: (name: string, estate: Estate) => ScanDefinition | null;
  /** Throws what speaks against it. */
  readonly check: (before: ScanDefinition | null, name: string, estate: Estate, tenant: Tenant) => void;
  readonly subjectOf: (name: string) => Subject;
  readonly find: FindOutcomes<Subject, ScanDefinition>;
  readonly send: (tenant: Tenant, target: ScanTarget, scope: CallScope) => Promise<ScanWire | null>;
  /** Whether one call takes all of them away. */
  readonly removes?: true;
  readonly changesOf?: (before: ScanDefinition) => readonly FieldChange[];
  /** Whether scanners are named, which are read for it. */
  readonly namesScanner: boolean;
}

/** Of an id that the tenant's list has not. */
export const unknownScan = ({ name }: Tenant, id: string): NotFoundError =>
  new NotFoundError(`There is no scan definition ${id.slice(0, 80)} in ${name}`, { tenant: name, sent: 'no' });

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
      throw new NotFoundError(message, { tenant: tenant.name, sent: 'no' });
    },
  };
};

/** One mutation on scans, its input checked. */
export const performOnScans = async <Subject extends ScanSubject>(
  parts: ActParts,
  acting: Acting,
  order: ScanOrder<Subject>,
  scope: CallScope,
): Promise<Payload<ScanDefinitionResult>> => {
  const { access } = acting;
  const { log, clock, reads } = parts;
  const { input, asked, subjectOf, find, changesOf } = order;
  const tenant = access.tenantFor(input.tenant, 'scan:write');
  const judge = createVisibility(access, {
    machines: (where, ids) => reads.machines.byIds(where, ids, scope),
    alerts: (where, ids) => reads.alerts.byIds(where, ids, scope),
    incidents: (where, ids) => reads.incidents.byIds(where, ids, scope),
  }).ofOneMachine<ScanDefinition>('machine:read', tenant);
  /** Which of them the caller reads: those of the scanners that they see. */
  const readable = async (scans: readonly ScanDefinition[]): Promise<ReadonlySet<ScanDefinition>> => {
    if (scans.length === 0 || !access.mayInPart('machine:read', tenant)) return new Set();
    return (await judge?.(scans)) ?? new Set(scans);
  };
  const isOf =
    (id: string) =>
    ({ scanDefinitionId }: ScanDefinition): boolean =>
      scanDefinitionId.toLowerCase() === id.toLowerCase();

  const kind = madeKind<ScanDefinition, Subject, ScanDefinitionResult, ScanTarget>(
    {
      ...{ tenant, parts, scope, acting, mutation: order.mutation, input, readable, find, capability: 'scans.write' },
      plan: async (where) => {
        const estate = await estateOf(parts, tenant, order.namesScanner, where);
        const befores = new Map([...new Set(asked)].map((name) => [name, order.beforeOf(name, estate)]));
        const seen = await readable([...befores.values()].flatMap((before) => before ?? []));
        return [...befores].map(([name, before]) => ({
          asked: name,
          target: {
            ...{ id: name, before, machine: null },
            unmet: errorIn(() => order.check(before, name, estate, tenant)),
            mayTell: before !== null && seen.has(before),
          },
          error: null,
        }));
      },
      check: ({ unmet }) => unmet,
      subjectOf: ({ id }) => subjectOf(id),
      idOf: ({ scanDefinitionId }) => scanDefinitionId,
      read: async (id, where) => (await allScans(reads.scanDefinitions, tenant, where)).find(isOf(id)) ?? null,
      send: async (target, where) => {
        const wire = await order.send(tenant, target, where);
        return wire && scanDefinitionFromMde(tenant, wire);
      },
    },
    ({ target: { before, mayTell } }, { outcome, error, shown, actionId }, isReadable) => ({
      scanDefinitionId: actionId ?? before?.scanDefinitionId ?? null,
      changes: mayTell && before !== null && changesOf !== undefined ? changesOf(before) : null,
      scanDefinition: isReadable ? shown : null,
      ...{ outcome, error: errorRow(error, log) },
    }),
  );

  const removeAll = async (sendings: readonly Sending<ScanTarget>[]): Promise<readonly Ended<ScanDefinition>[]> => {
    for (const { renew } of sendings) await renew();
    const ids = sendings.map(({ target: { id, before } }) => before?.scanDefinitionId ?? id);
    const errors = await parts.scanActs.remove(tenant, ids, committedScope(scope, clock));
    // Several that were refused as a whole may be gone in part, so that one of them is refused by itself, too.
    const isOpen = (error: GatewayError | null): error is GatewayError =>
      error !== null && (!isSurelyNotSent(error) || (ids.length > 1 && mayBeOfOne(error)));
    const left = errors.some(isOpen)
      ? await allScans(reads.scanDefinitions, tenant, lookScope(scope, clock)).catch((err: unknown) => {
          log.warn('Scans could not be read again', { tenant: tenant.name, err });
          return null;
        })
      : null;
    return ids.map((id, index): Ended<ScanDefinition> => {
      const error = errors[index] ?? null;
      const isGone = isOpen(error) && left !== null && !left.some(isOf(id));
      if (error === null || isGone) return { outcome: 'DONE', error: null, shown: null, actionId: id };
      if (!isSurelyNotSent(error) || (isOpen(error) && left === null)) return stopped('UNKNOWN', unknownOutcome(error));
      return stopped('FAILED', error.code === 'NOT_FOUND' ? unknownScan(tenant, id) : error);
    });
  };

  const { mutation, guardrail, particulars } = order;
  const results = await parts.pipeline(
    {
      ...{ acting, mutation, guardrail, tenant, input, asked, particulars, comment: null, read: 'machine:read' },
      kind: order.removes ? { ...kind, send: (sendings) => sendTogether(sendings, removeAll) } : kind,
    },
    scope,
  );
  return payloadOf(input, results);
};
