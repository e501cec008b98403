import type { CallerAccess } from './access/caller-access.ts';
import type { Sight } from './access/sight.ts';
import type { Approval } from './actions/approvals/record.ts';
import type { Actions } from './actions/index.ts';
import type { AuditRecord } from './audit/record.ts';
import type { Tenant } from './config/tenants.ts';
import type { Alert } from './domain/alert.ts';
import type { Incident } from './domain/incident.ts';
import type { Machine } from './domain/machine.ts';
import type { MachineAction } from './domain/machine-action.ts';
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
import type { Loaders } from './loaders/loaders.ts';
import type { CapabilityState } from './routing/capability-states.ts';
import type { Connectivity } from './routing/connectivity.ts';
import type { TenantSignIn } from './routing/tenant-sign-in.ts';
import type { CallScope, Explain } from './scope.ts';

/** What a resolver has at hand: made anew for each request, bound to its caller. */
export interface Context {
  readonly access: CallerAccess;
  readonly scope: CallScope & Explain;
  readonly loaders: Loaders;
  /** What the caller sees where his roles are limited to machines. */
  readonly sight: Sight;
  readonly lists: Lists;
  /** What was done, newest first; throws `FORBIDDEN` without `audit:read`. */
  readonly auditLog: (asked: AuditQuestion) => Promise<Connection<AuditRecord>>;
  /** A page of rows that are all at hand. */
  readonly pageOf: PageOf;
  readonly hunting: Hunting;
  readonly actions: Actions;
  /** What works in a tenant. Token requests only. Throws `FORBIDDEN` without `tenant:read`. */
  readonly capabilities: (tenant: Tenant) => Promise<readonly CapabilityState[]>;
  /** Whether a tenant is reached and signed in to. Makes calls. Throws `FORBIDDEN` without `tenant:read`. */
  readonly connectivity: (tenant: Tenant) => Promise<Connectivity>;
  /** Sign-ins of tenants' users. Each throws `FORBIDDEN` without `tenant:sign-in`, `NOT_FOUND` for an unknown tenant. */
  readonly signIns: {
    readonly start: (tenant: string) => Promise<TenantSignIn>;
    readonly status: (tenant: string) => Promise<TenantSignIn>;
  };
  /** Whether the caller asked for `extensions.gateway` and may have it. */
  readonly explain: boolean;
}

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
export type { MachineActionResult, Queued } from './actions/payloads.ts';
export type { AuditRecord } from './audit/record.ts';
export type { HuntAnswerSet, HuntTenantAnswer } from './hunting/run.ts';
export type { TenantFailure } from './lists/connection.ts';
export type { CapabilityState } from './routing/capability-states.ts';
export type { ApiConnectivity, Connectivity, SignInState } from './routing/connectivity.ts';
export type { TenantSignIn } from './routing/tenant-sign-in.ts';
