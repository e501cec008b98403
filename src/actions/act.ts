import type { Permission } from '../access/roles.ts';
import type { Clock } from '../clock.ts';
import type { GuardedAction } from '../config/guardrails.ts';
import type { IndicatorReads } from '../entities/indicator-reads.ts';
import type { LibraryFile } from '../entities/library-file.ts';
import type { ScanAgent } from '../entities/scan-agent.ts';
import type { LibraryFileFilter, ScanAgentFilter } from '../generated/inputs.ts';
import type { Log } from '../log.ts';
import type { MachineActs } from '../routing/acts.ts';
import type { AlertReads } from '../routing/alerts.ts';
import type { IncidentReads } from '../routing/incidents.ts';
import type { IndicatorActs } from '../routing/indicator-acts.ts';
import type { InvestigationReads } from '../routing/investigations-of-machines.ts';
import type { LibraryActs } from '../routing/library.ts';
import type { MachineActionReads } from '../routing/machine-actions.ts';
import type { ChangeMachines } from '../routing/machine-changes.ts';
import type { MachineReads } from '../routing/machines.ts';
import type { CollectionReads } from '../routing/mde-collection.ts';
import type { CreateAlert } from '../routing/new-alerts.ts';
import type { ReadsById } from '../routing/reads-by-id.ts';
import type { ScanActs } from '../routing/scan-acts.ts';
import type { TriageActs } from '../routing/triage.ts';
import type { CallScope } from '../scope.ts';
import type { Acting } from './acting.ts';
import type { MutationInput, WhereInput } from './inputs.ts';
import type { RecentStates } from './kinds/machine/recent-states.ts';
import type { Exclusive } from './once/exclusive.ts';
import type { Idempotency } from './once/idempotency.ts';
import type { ActionSearch } from './once/search.ts';
import type { Payload, TargetResult } from './payloads.ts';
import type { Pipeline } from './pipeline/pipeline.ts';
import type { LiveResponseQueue } from './queue/queue.ts';
import type { OutcomeFinders } from './recovery/outcomes.ts';
import type { ScanDefinitionReads } from './recovery/scans.ts';
import type { Watcher } from './watcher.ts';

/** What changes something at Microsoft's side, and what is read of it. */
export interface MicrosoftParts {
  readonly acts: MachineActs;
  readonly triageActs: TriageActs;
  readonly library: LibraryActs;
  readonly indicatorActs: IndicatorActs;
  readonly scanActs: ScanActs;
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

/** What acts are performed with. */
export interface ActParts extends MicrosoftParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly pipeline: Pipeline;
  readonly once: Idempotency['once'];
  readonly settled: Idempotency['settled'];
  readonly exclusive: Exclusive;
  readonly search: ActionSearch;
  readonly recentStates: RecentStates;
  readonly finders: OutcomeFinders;
  readonly queue: LiveResponseQueue;
  readonly watcher: Watcher;
  readonly targetsPerMutation: number;
  readonly indicatorsPerMutation: number;
}

/** One act: a mutation that changes something at Microsoft's side. */
export interface Act<Input extends MutationInput & WhereInput, Result extends TargetResult> {
  /** As guardrails name it. */
  readonly guardrail: GuardedAction;
  /** What the caller needs in the gateway. */
  readonly permission: Permission;
  /** The targets as the input names them. */
  readonly targetsOf: (input: Input) => readonly string[];
  /** Checks the input and hands it to the pipeline. Throws what concerns the whole mutation. */
  readonly perform: (
    parts: ActParts,
    mutation: string,
    acting: Acting,
    input: Input,
    scope: CallScope,
  ) => Promise<Payload<Result>>;
}
