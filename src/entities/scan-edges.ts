import { compareTimes } from '../domain/time.ts';
import { mde } from '../microsoft/mde/index.ts';
import { mapFound } from '../routing/each-id.ts';
import { readEveryRow } from '../routing/every-row.ts';
import { readFields } from '../unification/fields.ts';
import { text } from '../unification/values.ts';
import { page } from '../upstream/call.ts';
import type { RowsEdge } from './edge.ts';
import { edgeRows } from './edge-rows.ts';
import { type IdentifiedWire, identified } from './mde-entity.ts';
import { type ScanRun, scanRunFields } from './scan-run.ts';

const runs = identified('a run of a scan', 'runs of scans', 'ScanDefinitionIds');

/** `$top` of the page. */
const top = 4096;

const readRun = readFields(scanRunFields);

/** Runs have no id. One that has no time is told from others by the rest of it. */
const runIdOf = (wire: IdentifiedWire): string =>
  [wire.ScanDefinitionIds, wire.LastScanned, wire.ScannerId, wire.ScanStatus].map(String).join('\n');

/** The runs of several definitions, newest first: their ids stand in one body. Calls: 1 for each 4,096 runs, and 1 that proves the end. */
export const scanRuns: RowsEdge<ScanRun> = {
  answers: 'rows',
  told: edgeRows.ScanRun,
  permission: null,
  read:
    ({ routing, send }) =>
    (tenant, ids, scope) =>
      routing.run(tenant, 'scans.read', scope, {
        mde: async () => {
          const ask = (skip: number | undefined) => ({
            ...page(mde.getScanHistoryByDefinition, {}, runs, { top, skip }),
            body: { ScanDefinitionIds: ids },
          });
          const { rows, truncation } = await readEveryRow(send, tenant, { ask, idOf: runIdOf, top }, scope);
          const byId = Map.groupBy(rows, ({ ScanDefinitionIds }) => text(ScanDefinitionIds)?.toLowerCase());
          return mapFound(new Map(ids.map((id) => [id, byId.get(id.toLowerCase()) ?? []])), (own) => ({
            rows: own.map(readRun).toSorted((a, b) => compareTimes(b.lastScanned, a.lastScanned)),
            truncation,
          }));
        },
      }),
};
