import type { Asking } from '../access/access.ts';
import { createOpenFile } from '../downloads/open.ts';
import { type ActionsDeps, createActParts } from './act.ts';
import { createApprovableActs } from './approvals/act.ts';
import { createApprovals } from './approvals/approvals.ts';
import { createApprovalMemory } from './approvals/memory.ts';
import { createExportRecords } from './export-records.ts';
import { createFiles } from './files/files.ts';
import { createFindFile } from './files/find.ts';
import { createFileRecords } from './files/record.ts';
import { tenantsNamedIn } from './inputs.ts';
import { createPlanIndicators } from './kinds/indicator/set.ts';
import { createLiveResponseResults } from './live-response/results.ts';
import type { Payload } from './payloads.ts';
import { type ActInputs, type ActName, type ActResults, createPerformAct } from './table.ts';

/**
 * Everything that changes something at Microsoft's side; one watcher and one idempotency memory serve all acts. Faults of one target
 * are in its result, all others are thrown.
 */
export const createActions = (deps: ActionsDeps) => {
  const parts = createActParts(deps);
  const { clock, presence, reconcile, settings } = parts;
  const { downloadHosts = [], fileHashBytes: hashBytes = 1024 ** 3, approvals: limits } = settings;
  const perform = createPerformAct(parts);
  const operation = 'mde.downloadLiveResponseResult';
  const openFile = createOpenFile({ open: deps.open, downloadHosts, clock, operation });
  const records = createFileRecords(parts);
  const exportRecords = createExportRecords(parts);
  const stopped = new AbortController();
  let clearing = Promise.resolve();
  return {
    /** Begins to clear up what interrupted acts left behind; goes on until `stop`. */
    start: async (): Promise<void> => {
      await presence.start();
      clearing = reconcile.start(stopped.signal);
    },
    stop: async (): Promise<void> => {
      presence.stop();
      stopped.abort();
      await Promise.all([clearing, records.settled(), exportRecords.settled()]);
    },
    /** One act of a caller alone. They may leave once it has begun: what was begun is finished. */
    perform: async <Name extends ActName>(
      { access, scope }: Asking,
      name: Name,
      input: ActInputs[Name],
    ): Promise<Payload<ActResults[Name]>> => {
      const { caller } = access;
      for (const tenant of tenantsNamedIn(input)) await reconcile.ofUser(caller, tenant, stopped.signal);
      return perform(name, { caller, access, approved: null }, input, scope);
    },
    /** Compares tenants with a set of indicators. */
    planIndicators: createPlanIndicators(parts),
    approvals: createApprovals({
      ...parts,
      ...{ acts: createApprovableActs(perform), limits, memory: createApprovalMemory({ ...deps, limits }) },
    }),
    exportRecords,
    files: createFiles({ records, find: createFindFile(deps.reads), open: openFile }),
    ...createLiveResponseResults({ ...deps.reads, openFile, records, hashBytes }),
  };
};

export type Actions = ReturnType<typeof createActions>;
