import type { AccessOf, Asking } from '../access/access.ts';
import type { AuditBudget } from '../access/limits/audit-budget.ts';
import type { Rights } from '../access/rights.ts';
import type { AuditLog } from '../audit/record.ts';
import type { Clock } from '../clock.ts';
import type { ApprovalLimits } from '../config/approvals.ts';
import type { ActionSwitches, Guardrail } from '../config/guardrails.ts';
import type { Tenant } from '../config/tenants.ts';
import { createOpenFile, type Open } from '../downloads/open.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Store } from '../store/store.ts';
import type { ActParts, MicrosoftParts } from './act.ts';
import { createApprovableActs } from './approvals/act.ts';
import { createApprovals } from './approvals/approvals.ts';
import { createApprovalMemory } from './approvals/memory.ts';
import { createAuditTrail } from './audit-trail.ts';
import { createExportRecords } from './export-records.ts';
import { createFiles } from './files/files.ts';
import { createFindFile } from './files/find.ts';
import { createFileRecords } from './files/record.ts';
import { createGuardrails } from './guardrails/guardrails.ts';
import { tenantsNamedIn } from './inputs.ts';
import { createPlanIndicators } from './kinds/indicator/set.ts';
import { createRecentStates } from './kinds/machine/recent-states.ts';
import { createLiveResponseResults } from './live-response/results.ts';
import { createExclusive } from './once/exclusive.ts';
import { createIdempotency } from './once/idempotency.ts';
import { createJournal } from './once/journal.ts';
import { createPresence } from './once/presence.ts';
import { createActionSearch } from './once/search.ts';
import type { Payload } from './payloads.ts';
import { createPipeline } from './pipeline/pipeline.ts';
import { createLiveResponseQueue, type SessionLimits } from './queue/queue.ts';
import { createOutcomeFinders } from './recovery/outcomes.ts';
import { createReconcile } from './recovery/reconcile.ts';
import { type ActInputs, type ActName, type ActResults, createPerformAct } from './table.ts';
import { createWatcher } from './watcher.ts';

export interface ActionsDeps extends MicrosoftParts {
  readonly accessOf: AccessOf;
  readonly rights: Rights;
  readonly store: Store;
  readonly audit: AuditLog;
  /** Without it a caller's mutations may write as much as they like. */
  readonly auditBudget?: AuditBudget;
  readonly metrics: Metrics;
  readonly tenantNamed: (name: string) => Tenant | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Opens a file without any credential, as `HttpClient.open` does. */
  readonly open: Open;
  readonly settings: ActionSettings;
  /** Fires when the gateway stops: what waits is answered with what is known, what was begun is finished. */
  readonly stopping: AbortSignal;
}

export interface ActionSettings {
  /** Targets that one mutation may name. */
  readonly targetsPerMutation: number;
  /** Indicators that one mutation may name. */
  readonly indicatorsPerMutation: number;
  /** Defender's own limits a tenant: sessions open at once, sessions begun in a minute. */
  readonly liveResponse: SessionLimits;
  readonly switches: ActionSwitches;
  readonly guardrails: readonly Guardrail[];
  readonly approvals: ApprovalLimits;
  /** Hosts besides Microsoft's storage that files of live response may be fetched from, e.g. `files.example.net`. */
  readonly downloadHosts?: readonly string[];
  /** Bytes of the largest file that is read through for its size and hash; 1 GiB by default. */
  readonly fileHashBytes?: number;
  /** Milliseconds from one poll of waited-for actions to the next; 5 s by default. */
  readonly pollIntervalMs?: number;
  /** Milliseconds before each look for an act that was not answered; at once, 1 s and 3 s later by default. */
  readonly lookAfterMs?: readonly number[];
}

/**
 * Everything that changes something at Microsoft's side; one watcher and one idempotency memory serve all acts. Faults of one target
 * are in its result, all others are thrown.
 */
export const createActions = (deps: ActionsDeps) => {
  const { accessOf, audit, clock, log, metrics, reads, settings, stopping, store, tenantNamed } = deps;
  const { downloadHosts = [], fileHashBytes: hashBytes = 1024 ** 3 } = settings;
  const { pollIntervalMs = 5000, lookAfterMs = [0, 1000, 3000] } = settings;
  const { machines, machineActions } = reads;
  const presence = createPresence({ store, clock, log });
  const journal = createJournal({ store, presence, clock, log });
  const finders = createOutcomeFinders({ reads });
  const reconcile = createReconcile({ journal, finders, audit, store, tenantNamed, clock, log, metrics });
  const search = createActionSearch({ reads: machineActions, clock, lookAfterMs });
  const watcher = createWatcher({ reads: machineActions, clock, log, intervalMs: pollIntervalMs, stopping });
  const guardrails = createGuardrails({ rules: settings.guardrails, switches: settings.switches, clock });
  const idempotency = createIdempotency({ store, presence, clock, log, stopping });
  const auditTrail = createAuditTrail({ audit, budget: deps.auditBudget, journal, clock, log });
  const { clearUp } = reconcile;
  const path = { clock, log, guardrails, auditTrail, journal, now: store.now, idempotency, presence, clearUp };
  const actParts: ActParts = {
    ...deps,
    ...{ finders, search, watcher },
    targetsPerMutation: settings.targetsPerMutation,
    indicatorsPerMutation: settings.indicatorsPerMutation,
    pipeline: createPipeline(path),
    once: idempotency.once,
    settled: idempotency.settled,
    exclusive: createExclusive({ store, presence, clock, log }),
    recentStates: createRecentStates({ store, log }),
    queue: createLiveResponseQueue({
      ...{ search, watcher, machineActions, clock, stopping },
      limits: settings.liveResponse,
    }),
  };
  const perform = createPerformAct(actParts);
  const ofFiles = { machines, machineActions };
  const operation = 'mde.downloadLiveResponseResult';
  const openFile = createOpenFile({ open: deps.open, downloadHosts, clock, operation });
  const records = createFileRecords({ auditTrail, log });
  const exportRecords = createExportRecords({ auditTrail, log });
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
    planIndicators: createPlanIndicators(actParts),
    approvals: createApprovals({
      ...{ accessOf, idempotency, auditTrail, clock, log, rights: deps.rights },
      acts: createApprovableActs(perform),
      limits: settings.approvals,
      memory: createApprovalMemory({ store, limits: settings.approvals, clock, log }),
    }),
    exportRecords,
    files: createFiles({ records, find: createFindFile(ofFiles), open: openFile }),
    ...createLiveResponseResults({ ...ofFiles, openFile, records, hashBytes }),
  };
};

export type Actions = ReturnType<typeof createActions>;
