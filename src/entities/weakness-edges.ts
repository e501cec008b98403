import { asError, GatewayError } from '../errors.ts';
import { mde } from '../microsoft/mde/index.ts';
import type { Fact } from '../microsoft/operation.ts';
import { mapFound } from '../routing/each-id.ts';
import type { EveryRow } from '../routing/every-row.ts';
import { mayFallBack } from '../routing/fallback.ts';
import type { MachineVulnerability } from '../routing/machine-vulnerabilities.ts';
import { page } from '../upstream/call.ts';
import { type EdgeTo, eachTo } from './edge.ts';
import { identified } from './mde-entity.ts';

const permission = 'vulnerability:read';

/** Ids in an order of their own: whichever way they were read, a page goes on where the one before it ended. */
const inOrder = (ids: readonly string[]): readonly string[] => [...new Set(ids)].toSorted();

/** Machines, CVEs and products meet in the rows of one collection, which are read for many keys together. */
export const joined = <Name extends string>(
  to: Name,
  from: 'machineId' | 'cveId',
  targetOf: (row: MachineVulnerability) => string | null,
): EdgeTo<Name> => ({
  answers: 'ids',
  to,
  permission,
  read:
    ({ weaknesses }) =>
    async (tenant, ids, scope) =>
      mapFound(await weaknesses[from](tenant, ids, scope), ({ rows, truncation }) => ({
        rows: inOrder(rows.flatMap((row) => targetOf(row) ?? [])),
        truncation,
      })),
});

/** Whether the rows may do better: they need the same permission; a quota that the list's page prints is the list's own. */
const mayBeOfList = (error: Error, { quota }: Pick<Fact, 'quota'>): boolean =>
  mayFallBack(error) ||
  (error instanceof GatewayError && error.code === 'UPSTREAM_THROTTLED' && quota.perMinute !== null);

/** A list of its own in the order of the rows. */
const alike = ({ rows, truncation }: EveryRow<string>): EveryRow<string> => ({ rows: inOrder(rows), truncation });

/** Keys that are read with a call each where the rows of several cannot be asked for. */
const maxAlone = 20;

/**
 * The same, where one key alone has a list of its own: 1 call, which has each machine or CVE once, where the rows have it for every
 * version of every product and take a second call to prove their end. What that list does not answer whole the rows do, unless it
 * is forbidden or throttled: that is told. Nor what the rows do not answer of several, up to twenty of which are read alone.
 */
const joinedOrAlone = <Name extends string>(
  list: Pick<Fact, 'quota'>,
  alone: EdgeTo<Name>,
  many: EdgeTo<Name>,
): EdgeTo<Name> => ({
  ...many,
  read: (parts) => {
    const readOne = alone.read(parts);
    const readMany = many.read(parts);
    return async (tenant, ids, scope) => {
      const [only, ...others] = ids;
      if (only === undefined || others.length > 0) {
        const rows = await readMany(tenant, ids, scope);
        const failed = ids.filter((id) => mayFallBack(rows.get(id)));
        if (failed.length === 0 || failed.length > maxAlone) return rows;
        return new Map([...rows, ...mapFound(await readOne(tenant, failed, scope), alike)]);
      }
      const found = await readOne(tenant, ids, scope).then((rows) => rows.get(only), asError);
      scope.signal.throwIfAborted();
      if (found instanceof Error && !mayBeOfList(found, list)) throw found;
      if (found === undefined || found instanceof Error || found.truncation !== null) {
        return readMany(tenant, ids, scope);
      }
      return new Map([[only, { rows: inOrder(found.rows), truncation: null }]]);
    };
  },
});

/** What a machine is exposed by. Calls: 1 machine 1, several as the rows say. get-discovered-vulnerabilities.md */
export const weaknessesOfMachines = joinedOrAlone(
  mde.listMachineVulnerabilities,
  eachTo('vulnerabilities', {
    permission,
    capability: 'vulnerabilities.read',
    call: (machineId) =>
      page(mde.listMachineVulnerabilities, { machineId }, identified('a vulnerability', 'vulnerabilities')),
  }),
  joined('vulnerabilities', 'machineId', ({ cveId }) => cveId),
);

/** The machines that a CVE exposes. Calls: 1 CVE 1, several as the rows say. get-machines-by-vulnerability.md */
export const machinesOfWeaknesses = joinedOrAlone(
  mde.listVulnerabilityMachines,
  eachTo('machines', {
    permission,
    capability: 'vulnerabilities.read',
    call: (cveId) => page(mde.listVulnerabilityMachines, { cveId }, identified('a machine', 'machines')),
  }),
  joined('machines', 'cveId', ({ machineId }) => machineId),
);
