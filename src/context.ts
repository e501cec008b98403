import type { Access, Asking } from './access/access.ts';
import type { Approval } from './actions/approvals/record.ts';
import type { Actions } from './actions/index.ts';
import type { AuditRecord } from './audit/record.ts';
import type { Alert } from './domain/alert.ts';
import type { Incident } from './domain/incident.ts';
import type { Machine } from './domain/machine.ts';
import type { MachineAction } from './domain/machine-action.ts';
import type { Investigation } from './entities/investigation.ts';
import type { LibraryFile } from './entities/library-file.ts';
import type { MissingKb } from './entities/missing-kb.ts';
import type { Recommendation } from './entities/recommendation.ts';
import type { RemediationTask } from './entities/remediation-task.ts';
import type { Software } from './entities/software.ts';
import type { Vulnerability } from './entities/vulnerability.ts';
import type { Hunting } from './hunting/run.ts';
import type { PageOf } from './lists/array.ts';
import type { AuditQuestion } from './lists/audit.ts';
import type { Connection } from './lists/connection.ts';
import type { Lists } from './lists/lists.ts';
import type { RequestLoaders } from './loaders/loaders.ts';
import type { CallScope, Explain } from './scope.ts';
import type { TenantService } from './tenant-service.ts';

/** What a resolver has at hand: made anew for each request or event, bound to its caller. Services take it as who asks. */
export interface Context extends RequestLoaders {
  readonly access: Access;
  readonly scope: CallScope & Explain;
  readonly lists: Lists;
  /** What was done, newest first; throws `FORBIDDEN` without `audit:read`. */
  readonly auditLog: (asking: Asking, asked: AuditQuestion) => Promise<Connection<AuditRecord>>;
  /** A page of rows that are all at hand. */
  readonly pageOf: PageOf;
  readonly hunting: Hunting;
  readonly actions: Actions;
  readonly tenants: TenantService;
  /** Whether the caller asked for `extensions.gateway` and may have it. */
  readonly explain: boolean;
}

export type InvestigationPage = Connection<Investigation>;
export type LibraryFilePage = Connection<LibraryFile>;
export type VulnerabilityPage = Connection<Vulnerability>;
export type SoftwarePage = Connection<Software>;
export type RecommendationPage = Connection<Recommendation>;
export type RemediationTaskPage = Connection<RemediationTask>;
export type MissingKbPage = Connection<MissingKb>;
export type IncidentPage = Connection<Incident>;
export type AuditPage = Connection<AuditRecord>;
export type ApprovalPage = Connection<Approval>;
export type AlertPage = Connection<Alert>;
export type MachinePage = Connection<Machine>;
export type MachineActionPage = Connection<MachineAction>;
export type { ActRow } from './actions/approvals/act.ts';
export type { Approval } from './actions/approvals/record.ts';
export type { InvestigationResult, MachineActionResult, Payload, Queued } from './actions/payloads.ts';
export type { ActInputs, ActName, ActResults } from './actions/table.ts';
export { actNames } from './actions/table.ts';
export type { AuditRecord } from './audit/record.ts';
export type { HuntAnswerSet, HuntTenantAnswer } from './hunting/run.ts';
export type { TenantFailure } from './lists/connection.ts';
export type { CapabilityState } from './routing/capability-states.ts';
export type { ApiConnectivity, Connectivity, SignInState } from './routing/connectivity.ts';
export type { Expansion } from './routing/opened-list.ts';
export type { TenantSignIn } from './routing/tenant-sign-in.ts';
