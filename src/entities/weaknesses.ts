import type { Tenant } from '../config/tenants.ts';
import { type ErrorCode, GatewayError, retold } from '../errors.ts';
import type { EveryRow } from '../routing/every-row.ts';
import { type MachineVulnerability, readMachineVulnerabilities } from '../routing/machine-vulnerabilities.ts';
import { type ReadRows, sharedInRequest } from '../routing/shared-reads.ts';
import { huntWeaknessesOfMachines } from '../routing/software-inventory.ts';
import type { CallScope } from '../scope.ts';
import type { EdgeParts } from './entity.ts';

/** The rows in which machines, CVEs and products meet, by either end; read once a request, whichever edges ask for them. */
export type Weaknesses = Readonly<Record<'machineId' | 'cveId', ReadRows<MachineVulnerability>>>;

/** Machines that a `$filter` holds: more of them cost one hunting query. */
const machinesInFilter = 39;

/** What says that a query is not for this tenant's hunting, or that there is none. */
const refusals: readonly ErrorCode[] = ['UPSTREAM_REJECTED', 'MISSING_PERMISSION', 'NOT_FOUND'];

/** What another way may do better. */
const failures: readonly ErrorCode[] = ['UPSTREAM_THROTTLED', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE'];

/** Whether hunting knows anything of this kind: a table that is empty for a whole page of machines is rather one that this tenant does not have. */
export const isHuntable = (found: ReadonlyMap<string, EveryRow<unknown> | Error>): boolean =>
  [...found.values()].some((one) => one instanceof Error || one.rows.length > 0);

/** One way of asking by hunting, and the other one. */
interface Hunted<T> {
  readonly hunt: () => Promise<T>;
  readonly otherwise: () => Promise<T>;
  /** `null`: the other way is as good where hunting fails. Else why it is not taken then, but only where hunting is refused. */
  readonly costly: string | null;
}

/**
 * Asks by hunting where that may be tried; where it is refused, the other way, and also where hunting fails or is throttled
 * unless that way is too costly: that is said with the failure.
 */
export const huntedOr = async <T>(
  { routing }: Pick<EdgeParts, 'routing'>,
  tenant: Tenant,
  { hunt, otherwise, costly }: Hunted<T>,
  scope: CallScope,
): Promise<T> => {
  const canHunt = (await routing.survey(tenant, 'hunting', scope)).some(({ usable }) => usable);
  if (!canHunt) return otherwise();
  try {
    return await hunt();
  } catch (error) {
    scope.signal.throwIfAborted();
    if (!(error instanceof GatewayError)) throw error;
    if (refusals.includes(error.code)) return otherwise();
    if (!failures.includes(error.code)) throw error;
    if (costly === null) return otherwise();
    throw retold(error, `${error.message}; ${costly}`);
  }
};

/**
 * Both reads. Calls for machines: 1 to 39 machines 2; any more 1, or where they cannot be hunted 100 machines 6; one more for
 * each further 10,000 rows.
 */
export const createWeaknesses = (parts: EdgeParts): Weaknesses => {
  const filtered =
    (property: 'machineId' | 'cveId'): ReadRows<MachineVulnerability> =>
    (tenant, values, scope) =>
      parts.routing.run(tenant, 'vulnerabilities.read', scope, {
        mde: () => readMachineVulnerabilities(parts, tenant, property, values, scope),
      });
  const byMachine = filtered('machineId');
  const ofMachines: ReadRows<MachineVulnerability> = (tenant, ids, scope) => {
    const otherwise = () => byMachine(tenant, ids, scope);
    if (ids.length <= machinesInFilter) return otherwise();
    const hunt = async () => {
      const found = await huntWeaknessesOfMachines(parts.hunting, tenant, ids, scope);
      return isHuntable(found) ? found : otherwise();
    };
    return huntedOr(parts, tenant, { hunt, otherwise, costly: null }, scope);
  };
  return { machineId: sharedInRequest(ofMachines), cveId: sharedInRequest(filtered('cveId')) };
};
