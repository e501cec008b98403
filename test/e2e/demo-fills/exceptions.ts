import { edgeRowTypes } from '../../../src/entities/edge-rows.ts';
import { entities, listedNames } from '../../../src/entities/table.ts';

const ofLists = (field: string, why: string, types: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(types.map((type) => [`${type}Connection.${field}`, why]));

const entityTypes = listedNames.map((name) => entities[name].type);

/** Lists that Defender for Endpoint answers, whose permissions every tenant of the demo consented to. */
const readEverywhere = [...entityTypes.filter((type) => type !== 'Incident'), ...edgeRowTypes];

/** Fields, or `Type.*`, that a healthy estate with one caller cannot fill, and why. A row that is filled has to go. */
export const cannotBeFilled: Readonly<Record<string, string>> = {
  'Query.approval': 'needs two callers and a guardrail: test/e2e/approvals.test.ts',
  'Approval.*': 'needs two callers and a guardrail: test/e2e/approvals.test.ts',
  'ApprovalConnection.*': 'needs two callers and a guardrail: test/e2e/approvals.test.ts',
  'ApprovalEdge.*': 'needs two callers and a guardrail: test/e2e/approvals.test.ts',
  'ApprovalNeed.*': 'needs a guardrail that asks for approval: test/e2e/approvals.test.ts',
  'ApprovalPayload.*': 'needs two callers and a guardrail: test/e2e/approvals.test.ts',
  'ApprovalResult.*': 'needs two callers and a guardrail: test/e2e/approvals.test.ts',
  'AuditRecord.guardrails': 'needs a guardrail: test/e2e/guardrails.test.ts',
  'AuditRecord.approvalId': 'needs an approval: test/e2e/approvals.test.ts',
  'AuditRecord.approvedBy': 'needs an approval: test/e2e/approvals.test.ts',
  'GatewayCaller.approvedBy': 'needs an approval: test/e2e/approvals.test.ts',
  'AuditRecord.upstreamRequestId': 'is written when Microsoft refuses an action',
  'Query.tenantSignIn': 'needs a tenant whose user signs in: test/identity/graph-sign-in.test.ts',
  'TenantSignIn.*': 'needs a tenant whose user signs in: test/identity/graph-sign-in.test.ts',
  'PendingSignIn.*': 'needs a tenant whose user signs in: test/identity/graph-sign-in.test.ts',
  'StartTenantSignInPayload.*': 'needs a tenant whose user signs in: test/identity/graph-sign-in.test.ts',
  'Grant.machineGroups': 'needs a role that is limited to machines: test/e2e/machine-limits',
  'Grant.machineTags': 'needs a role that is limited to machines: test/e2e/machine-limits',
  'Queued.*': 'needs a machine with a session under way: test/e2e/actions.test.ts',
  'MachineActionResult.queued': 'needs a machine with a session under way: test/e2e/actions.test.ts',
  'IncidentResult.changes': 'needs a dry run: test/e2e/actions/dry-run.test.ts',
  'AlertResult.changes': 'needs a dry run: test/e2e/actions/dry-run.test.ts',
  'Quota.perMinute': 'is not kept where nothing is counted: test/e2e/quotas.test.ts',
  'Quota.perHour': 'is not kept where nothing is counted: test/e2e/quotas.test.ts',
  'Quota.runTimePerHour': 'is not kept where nothing is counted: test/e2e/quotas.test.ts',
  'Quota.runTimePerDay': 'is not kept where nothing is counted: test/e2e/quotas.test.ts',
  'RunTimeWindow.*': 'as the window that it is: test/e2e/quotas.test.ts',
  'QuotaWindow.*': 'is not kept where nothing is counted: test/e2e/quotas.test.ts',
  'Quota.throttledUntil': 'needs a 429: test/e2e/quotas.test.ts',
  'ResultError.*': 'tells of what went wrong: test/e2e/refusals.test.ts',
  'TenantFailure.retryAfterSeconds': 'tells of what went wrong: test/e2e/faults.test.ts',
  'TenantFailure.upstreamRequestId': 'tells of what went wrong: test/e2e/faults.test.ts',
  'TenantFailure.upstreamCode': 'tells of what went wrong: test/e2e/faults.test.ts',
  'TenantFailure.upstreamStatus': 'tells of what went wrong: test/e2e/faults.test.ts',
  'TenantFailure.claims': 'needs a challenge of Entra: test/identity/claims-challenge.test.ts',
  'HuntTenantResult.error': 'tells of what went wrong: test/e2e/hunting.test.ts',
  'HuntTenantResult.stats':
    'comes from Microsoft 365 Defender, which hunts where Graph cannot: test/e2e/hunting.test.ts',
  'Incident.detectionSource':
    'comes from Microsoft 365 Defender, which is read where Graph cannot: test/unit/unification/incident.test.ts',
  'CommentResult.alertId': 'one action is of incidents or of alerts: test/e2e/actions/regroup.test.ts',
  'CommentResult.alert': 'one action is of incidents or of alerts: test/e2e/actions/regroup.test.ts',
  'MergeResult.error': 'all incidents are merged, or none: test/e2e/actions/refused-actions.test.ts',
  'IndicatorSetResult.remark': 'needs an app that sees its own indicators alone: test/e2e/indicators/list.test.ts',
  'IndicatorSetResult.error': 'tells of what went wrong: test/e2e/indicators/sets.test.ts',
  'IndicatorSetChange.error': 'tells of what went wrong: test/e2e/indicators/sets.test.ts',
  'NewAlertResult.error': 'tells of what went wrong: test/e2e/actions/refused-actions.test.ts',
  'LiveResponseCommand.errors': 'tells of a command that failed: test/e2e/actions.test.ts',
  'LiveResponseScriptResult.errors': 'tells of a script that wrote to standard error: test/e2e/actions.test.ts',
  'SignInState.expiresAt': 'needs a certificate or a secret of Key Vault: test/cli/expiry.test.ts',
  'SignInState.problem': 'tells of what is wrong: test/identity/connectivity.test.ts',
  'HostState.problem': 'tells of what is wrong: test/identity/connectivity.test.ts',
  'ApiConnectivity.renewalError': 'tells of what is wrong: test/identity/connectivity.test.ts',
  'GatewayStatus.tenantFaults': 'needs a folder of tenants: test/e2e/tenants/folder.test.ts',
  'TenantFault.*': 'needs a folder of tenants: test/e2e/tenants/folder.test.ts',
  'ApiConnectivity.tokenError': 'tells of what is wrong: test/identity/connectivity.test.ts',
  'ConnectivityError.*': 'tells of what is wrong: test/identity/connectivity.test.ts',
  ...ofLists('failures', 'every tenant of the demo lets these be read', readEverywhere),
  ...ofLists('truncationReason', 'needs more rows than the gateway looks through: test/e2e/bounds.test.ts', [
    ...readEverywhere,
    'Audit',
    'Incident',
  ]),
  ...ofLists(
    'totalCount',
    'is of a list that ends on the page, or that Graph counts in every tenant: test/e2e/counts',
    ['Alert', 'Incident', 'AntivirusHealth', 'Investigation'],
  ),
  'UserConnection.failures': 'users are of one tenant, which answered: test/e2e/hunted-entities.test.ts',
  'UserConnection.truncationReason': 'users are there by being named: test/e2e/hunted-entities.test.ts',
  'Counts.truncationReason': 'needs more pages than the gateway reads: test/e2e/counts/doubt.test.ts',
  'AuditConnection.totalCount': 'the log is read page by page',
};
