import { mde } from '../microsoft/mde/index.ts';
import { mapFound } from '../routing/each-id.ts';
import { huntSoftwareOfMachines } from '../routing/software-inventory.ts';
import { page } from '../upstream/call.ts';
import { type EdgeTo, each, eachTo, type ReadEdge, type RowsEdge } from './edge.ts';
import { edgeRows } from './edge-rows.ts';
import { identified } from './mde-entity.ts';
import { type MissingKb, missingKbFromMde, missingKbsIn } from './missing-kb.ts';
import { huntedOr, isHuntable } from './weaknesses.ts';

const permission = 'vulnerability:read';
const products = identified('a product', 'software');
const updates = identified('an update', 'updates');

/** An edge's rows by their ids: the same order whichever way they were read, so that a page goes on where one ended. */
const inOrder =
  <Row>(read: ReadEdge<Row>, idOf: (row: Row) => string): ReadEdge<Row> =>
  async (tenant, ids, scope) =>
    mapFound(await read(tenant, ids, scope), ({ rows, truncation }) => ({
      rows: rows.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1)),
      truncation,
    }));

const softwareOfMachine = eachTo('software', {
  permission,
  capability: 'software.read',
  call: (machineId) => page(mde.listMachineSoftware, { machineId }, products),
});

/** Machines whose software is read with a call each where hunting fails for now: as many as a minute's quota bears. */
const maxEach = 20;

/**
 * One machine costs one call; several together cost one hunting query, or one call each where they cannot be hunted. Where
 * hunting fails, is throttled or has none of them, up to twenty are read with a call each; of more it is said.
 */
export const softwareOfMachines: EdgeTo<'software'> = {
  ...softwareOfMachine,
  read: (parts) => {
    const readEachMachine = inOrder(softwareOfMachine.read(parts), (id) => id);
    const huntAll = inOrder<string>(
      (...asked) => huntSoftwareOfMachines(parts.hunting, ...asked),
      (id) => id,
    );
    return async (tenant, ids, scope) => {
      const otherwise = () => readEachMachine(tenant, ids, scope);
      if (ids.length === 1) return otherwise();
      const costly =
        ids.length <= maxEach ? null : `without hunting it costs a call a machine: ask for ${maxEach} machines at most`;
      const hunt = async () => {
        const found = await huntAll(tenant, ids, scope);
        if (isHuntable(found)) return found;
        return costly === null
          ? otherwise()
          : mapFound(found, ({ rows }) => ({ rows, truncation: `Hunting knows no software at all; ${costly}` }));
      };
      return huntedOr(parts, tenant, { hunt, otherwise, costly }, scope);
    };
  },
};

const missingKbsOfMachine = each(edgeRows.MissingKb, {
  permission,
  capability: 'software.read',
  call: (machineId) => page(mde.listMachineMissingKbs, { machineId }, updates),
  read: missingKbFromMde,
});

/**
 * One machine costs one call; those of several are read off the weaknesses that they fix, for all of them together, or one call
 * each where weaknesses may not be read.
 */
export const missingKbsOfMachines: RowsEdge<MissingKb> = {
  ...missingKbsOfMachine,
  read: (parts) => {
    const readEachMachine = inOrder(missingKbsOfMachine.read(parts), ({ kbId }) => kbId);
    const readWeaknesses: ReadEdge<MissingKb> = async (tenant, ids, scope) =>
      mapFound(await parts.weaknesses.machineId(tenant, ids, scope), ({ rows, truncation }) => ({
        rows: missingKbsIn(tenant, rows),
        truncation,
      }));
    const readTogether = inOrder(readWeaknesses, ({ kbId }) => kbId);
    return async (tenant, ids, scope) => {
      if (ids.length === 1) return readEachMachine(tenant, ids, scope);
      const weaknesses = await parts.routing.survey(tenant, 'vulnerabilities.read', scope);
      return (weaknesses.some(({ usable }) => usable) ? readTogether : readEachMachine)(tenant, ids, scope);
    };
  },
};
