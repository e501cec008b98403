import type { AccessOf } from '../access/access.ts';
import type { Acting } from '../access/acting.ts';
import type { AuditBudget } from '../access/limits/audit-budget.ts';
import type { Permission } from '../access/roles.ts';
import type { AuditLog } from '../audit/record.ts';
import type { Clock } from '../clock.ts';
import type { ActionSwitches, GuardedAction } from '../config/guardrails.ts';
import type { Tenant } from '../config/tenants.ts';
import type { IndicatorReads } from '../entities/indicator-reads.ts';
import type { LibraryFile } from '../entities/library-file.ts';
import type { ScanAgent } from '../entities/scan-agent.ts';
import type { LibraryFileFilter, ScanAgentFilter } from '../generated/inputs.ts';
import { createGuardrails } from '../guardrails/guardrails.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { MachineActions } from '../routing/actions.ts';
import type { AlertReads } from '../routing/alerts.ts';
import type { IncidentReads } from '../routing/incidents.ts';
import type { IndicatorActions } from '../routing/indicator-actions.ts';
import type { InvestigationReads } from '../routing/investigations-of-machines.ts';
import type { LibraryActions } from '../routing/library.ts';
import type { MachineActionReads } from '../routing/machine-actions.ts';
import type { ChangeMachines } from '../routing/machine-changes.ts';
import type { MachineReads } from '../routing/machines.ts';
import type { CollectionReads } from '../routing/mde-collection.ts';
import type { CreateAlert } from '../routing/new-alerts.ts';
import type { ReadsById } from '../routing/reads-by-id.ts';
import type { ScanActions } from '../routing/scan-actions.ts';
import type { TriageActions } from '../routing/triage.ts';
import type { CallScope } from '../scope.ts';
import type { Store } from '../store/store.ts';
import { createAuditTrail } from './audit-trail.ts';
import type { MutationInput, WhereInput } from './inputs.ts';
import { createIdempotency } from './once/idempotency.ts';
import { createJournal } from './once/journal.ts';
import { createExclusive } from './once/lease.ts';
import { createLooseEnds } from './once/loose-ends.ts';
import { createPresence } from './once/presence.ts';
import { createRecentIndicators } from './once/recent-indicators.ts';
import { createRecentStates } from './once/recent-states.ts';
import { createRecentTags } from './once/recent-tags.ts';
import { createActionSearch } from './once/search.ts';
import type { Payload, TargetResult } from './payloads.ts';
import { createPipeline } from './pipeline/pipeline.ts';
import { createLiveResponseQueue, type SessionLimits } from './queue/queue.ts';
import { createLateEnds } from './recovery/late-ends.ts';
import { createOutcomeFinders } from './recovery/outcomes.ts';
import { createReconcile } from './recovery/reconcile.ts';
import type { ScanDefinitionReads } from './recovery/scans.ts';
import { createWatcher } from './watcher.ts';

/** What changes something at Microsoft's side, and what is read of it. */
export interface MicrosoftParts {
  readonly actions: MachineActions;
  readonly triageActions: TriageActions;
  readonly library: LibraryActions;
  readonly indicatorActions: IndicatorActions;
  readonly scanActions: ScanActions;
  readonly createAlert: CreateAlert;
  readonly changeMachines: ChangeMachines;
  readonly reads: {
    readonly machines: MachineReads;
    readonly machineActions: MachineActionReads;
    readonly incidents: IncidentReads;
    readonly alerts: AlertReads;
    readonly libraryFiles: ReadsById<LibraryFile> & Pick<CollectionReads<LibraryFileFilter, LibraryFile>, 'open'>;
    readonly investigations: InvestigationReads;
    readonly indicators: Pick<IndicatorReads<never>, 'all' | 'on' | 'allFrom'>;
    readonly scanDefinitions: ScanDefinitionReads;
    readonly scanAgents: Pick<CollectionReads<ScanAgentFilter, ScanAgent>, 'open'>;
  };
}

/** What all actions are made of. */
export interface ActionsDeps extends MicrosoftParts {
  readonly accessOf: AccessOf;
  readonly store: Store;
  readonly audit: AuditLog;
  /** Without it a caller's mutations may write as much as they like. */
  readonly auditBudget?: AuditBudget;
  readonly metrics: Metrics;
  /** Also one that was taken out while the gateway runs; with an id, never another tenant of that name. */
  readonly tenantNamed: (name: string, tenantId?: string) => Tenant | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: ActionSettings;
  /** Fires when the gateway stops: what waits is answered with what is known, what was begun is finished. */
  readonly stopping: AbortSignal;
}

interface ActionSettings {
  /** Targets that one mutation may name. */
  readonly targetsPerMutation: number;
  /** Indicators that one mutation may name. */
  readonly indicatorsPerMutation: number;
  /** Defender's own limits a tenant: sessions open at once, sessions begun in a minute. */
  readonly liveResponse: SessionLimits;
  readonly switches: ActionSwitches;
  /** Milliseconds from one poll of waited-for actions to the next; 5 s by default. */
  readonly pollIntervalMs?: number;
  /** Milliseconds before each look for an action that was not answered; at once, 1 s and 3 s later by default. */
  readonly lookAfterMs?: readonly number[];
}

/** What actions are performed with; one watcher and one idempotency memory serve them all. */
export const createActionParts = (deps: ActionsDeps) => {
  const { clock, log, reads, settings, store } = deps;
  const { pollIntervalMs: intervalMs = 5000, lookAfterMs = [0, 1000, 3000] } = settings;
  const { machineActions } = reads;
  const presence = createPresence(deps);
  const kept = { ...deps, presence };
  const journal = createJournal(kept);
  const idempotency = createIdempotency(kept);
  const finders = createOutcomeFinders({ reads });
  const lateEnds = createLateEnds(deps);
  const exclusive = createExclusive(kept);
  const reconcile = createReconcile({ ...deps, journal, finders, lateEnds, exclusive });
  const search = createActionSearch({ reads: machineActions, clock, lookAfterMs });
  const watcher = createWatcher({ ...deps, reads: machineActions, intervalMs });
  const guardrails = createGuardrails({ switches: settings.switches, clock });
  const looseEnds = createLooseEnds({ ...deps, journal, exclusive });
  const auditTrail = createAuditTrail({ ...deps, budget: deps.auditBudget, journal, looseEnds });
  const { clearUp } = reconcile;
  const path = {
    clock,
    log,
    guardrails,
    auditTrail,
    journal,
    now: store.now,
    idempotency,
    presence,
    lateEnds,
    clearUp,
    recentStates: createRecentStates(deps),
    refusal: deps.actions.refusal,
  };
  return {
    ...deps,
    ...{ presence, reconcile, looseEnds, idempotency, auditTrail, finders, search, watcher },
    targetsPerMutation: settings.targetsPerMutation,
    indicatorsPerMutation: settings.indicatorsPerMutation,
    pipeline: createPipeline(path),
    exclusive,
    recentStates: path.recentStates,
    recentTags: createRecentTags(deps),
    recentIndicators: createRecentIndicators(deps),
    queue: createLiveResponseQueue({ ...deps, search, watcher, machineActions, limits: settings.liveResponse }),
  };
};

export type ActionParts = ReturnType<typeof createActionParts>;

/** One action: a mutation that changes something at Microsoft's side. */
export interface Action<Input extends MutationInput & WhereInput, Result extends TargetResult> {
  /** As guardrails name it. */
  readonly guardrail: GuardedAction;
  /** What the caller needs in the gateway. */
  readonly permission: Permission;
  /** The targets as the input names them. */
  readonly targetsOf: (input: Input) => readonly string[];
  /** Checks the input and hands it to the pipeline. Throws what concerns the whole mutation. */
  readonly perform: (
    parts: ActionParts,
    mutation: string,
    acting: Acting,
    input: Input,
    scope: CallScope,
  ) => Promise<Payload<Result>>;
}
