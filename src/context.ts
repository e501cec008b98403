import type { Access } from './access/access.ts';
import type { Actions } from './actions/index.ts';
import type { Approvals } from './approvals/approvals.ts';
import type { HuntRowsText } from './domain/hunt.ts';
import type { Files } from './files/files.ts';
import type { Hunting } from './hunting/run.ts';
import type { PageOf } from './lists/array.ts';
import type { AuditList } from './lists/audit.ts';
import type { AuditInput } from './lists/audit-inputs.ts';
import type { AskChanges } from './lists/changes/changes.ts';
import type { AllCounts } from './lists/counts/counts.ts';
import type { GatewayCallerOf } from './lists/gateway-callers.ts';
import type { Lists } from './lists/lists.ts';
import type { MembersOf } from './lists/members.ts';
import type { RequestLoaders } from './loaders/loaders.ts';
import type { CallScope, Explain } from './scope.ts';
import type { TenantService } from './tenant-service.ts';

/** What a resolver has at hand: made anew for each request or event, bound to its caller. Services take it as who asks. */
export interface Context extends RequestLoaders {
  readonly access: Access;
  readonly scope: CallScope & Explain;
  readonly lists: Lists;
  /** How many there are of a type, by group. */
  readonly counts: AllCounts;
  /** What is new or has changed since a cursor. */
  readonly changes: AskChanges;
  /** What was done in these tenants, newest first. */
  readonly auditLog: AuditList;
  /** What was asked, of a record that was shown: an input is written once for all targets of a mutation. */
  readonly auditInput: AuditInput;
  /** Who asked for an action through the gateway; throws `FORBIDDEN` without `audit:read`. */
  readonly gatewayCallerOf: GatewayCallerOf;
  /** A page of rows that are all at hand. */
  readonly pageOf: PageOf;
  /** A page of a sorted list of the store. */
  readonly membersOf: MembersOf;
  readonly hunting: Hunting;
  readonly actions: Pick<Actions, 'perform' | 'planIndicators'>;
  /** Actions that a second person agrees to. */
  readonly approvals: Approvals;
  /** Files that actions left. */
  readonly files: Files;
  readonly tenants: TenantService;
  /** Whether the caller asked for `extensions.gateway` and may have it. */
  readonly explain: boolean;
  /** Whether they ask for the price of the operation alone: nothing is run. */
  readonly plan: boolean;
  /** Puts the text of a list into the answer as it is; absent where the answer is not sent as text. */
  readonly verbatim?: ((items: HuntRowsText) => readonly unknown[]) | undefined;
}

export type {
  IndicatorResult,
  IndicatorSetResult,
  InvestigationResult,
  LiveResponseFile,
  MachineActionResult,
  Payload,
  Queued,
} from './actions/payloads.ts';
export type { ActionInputs, ActionName, ActionResults } from './actions/table.ts';
export { actionNames } from './actions/table.ts';
export { type ActionRow, tenantOf } from './approvals/action.ts';
export type { Approval, ApprovalState } from './approvals/record.ts';
export type { AuditRecord } from './audit/record.ts';
export type { HuntAnswerSet, HuntTenantAnswer } from './hunting/hunt-answer.ts';
export type { HuntQuestion } from './hunting/hunt-question.ts';
export type { NamedQuery } from './hunting/library/index.ts';
export { type HuntedKind, namedIn } from './hunting/named.ts';
export { valuesOf } from './hunting/rows-values.ts';
export { tenantColumn } from './hunting/tenant-column.ts';
export type { AuditQuestion } from './lists/audit.ts';
export type { Change, ChangePage } from './lists/changes/changes.ts';
export type { Connection as Page, TenantFailure } from './lists/connection.ts';
export type { CountRow, Counts, TenantCount } from './lists/counts/answer.ts';
export type { CapabilityState } from './routing/capability-states.ts';
export type { ApiConnectivity, Connectivity, SignInState } from './routing/connectivity.ts';
export type { Expansion } from './routing/opened-list.ts';
export type { TenantSignIn } from './routing/tenant-sign-in.ts';
export type { TenantQuota } from './tenant-quotas.ts';
