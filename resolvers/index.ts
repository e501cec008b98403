import type { Resolvers } from '../src/generated/graphql.ts';
import {
  InvestigationResult,
  LiveResponseCommand,
  LiveResponseFile,
  MachineAction,
  MachineActionResult,
  Mutation,
  Queued,
} from './action.ts';
import { Alert, AlertEvidence, Evidence } from './alert.ts';
import { Approval, ApprovalNeed, approvalMutations } from './approval.ts';
import { AuditRecord, GatewayCaller } from './audit.ts';
import { Change, ChangePage, changeQueries } from './changes.ts';
import { TenantFailure } from './connection.ts';
import { Counts, countQueries, TenantCount } from './counts.ts';
import { edgeRowConnections, edgesOf } from './edge.ts';
import { entityConnections, entityQueries, entityTypes } from './entities.ts';
import { ExposureScore, MissingKb, scoreQueries, tenantScore } from './exposure-score.ts';
import { HuntingQuery, HuntResult, HuntTenantResult, huntingQueries, UserConnection } from './hunting.ts';
import { IndicatorResult, IndicatorSetResult, indicatorQueries } from './indicator.ts';
import { LogonUser, Machine, machineQueries } from './machine.ts';
import { Node, nodeQueries } from './node.ts';
import { ownConnections, ownQueries } from './own.ts';
import {
  AlertResult,
  CommentResult,
  IncidentResult,
  LibraryFileResult,
  MachineResult,
  MergeResult,
  MoveResult,
  NewAlertResult,
  ResultError,
} from './results.ts';
import { DateTime, JSONScalar } from './scalars.ts';
import { scanQueries } from './scan.ts';
import { GatewayStatus, Quota, statusQueries } from './status.ts';
import {
  ApiConnectivity,
  Capability,
  Grant,
  HostState,
  SignInState,
  Tenant,
  TenantSignIn,
  tenantMutations,
  tenantQueries,
  Viewer,
} from './tenant.ts';

/** Every resolver of the graph; a field that is not here is a property of its domain type. */
export const resolvers: Resolvers = {
  GatewayStatus,
  Quota,
  DateTime,
  JSON: JSONScalar,
  ResultError,
  Query: {
    ...entityQueries,
    ...countQueries,
    ...changeQueries,
    ...ownQueries,
    ...tenantQueries,
    ...statusQueries,
    ...nodeQueries,
    ...huntingQueries,
    ...machineQueries,
    ...scanQueries,
    ...scoreQueries,
    ...indicatorQueries,
  },
  Mutation: { ...Mutation, ...approvalMutations, ...tenantMutations },
  ...entityTypes,
  ...entityConnections,
  ...edgeRowConnections,
  ...ownConnections,
  Alert: { ...entityTypes.Alert, ...Alert },
  LogonUser,
  Machine: { ...entityTypes.Machine, ...Machine },
  MachineAction: { ...entityTypes.MachineAction, ...MachineAction },
  Node,
  Viewer,
  Grant,
  Tenant: { ...Tenant, ...tenantScore },
  Capability,
  SignInState,
  TenantSignIn,
  HostState,
  ApiConnectivity,
  Change,
  ChangePage,
  Counts,
  TenantCount,
  TenantFailure,
  AlertEvidence,
  Evidence,
  DeviceEvidence: edgesOf('DeviceEvidence'),
  ProcessEvidence: edgesOf('ProcessEvidence'),
  FileEvidence: edgesOf('FileEvidence'),
  FileHashEvidence: edgesOf('FileHashEvidence'),
  UserEvidence: edgesOf('UserEvidence'),
  IpEvidence: edgesOf('IpEvidence'),
  UrlEvidence: edgesOf('UrlEvidence'),
  DnsEvidence: edgesOf('DnsEvidence'),
  RegistryValueEvidence: edgesOf('RegistryValueEvidence'),
  IndicatorResult,
  IndicatorSetResult,
  InvestigationResult,
  MachineActionResult,
  AlertResult,
  CommentResult,
  IncidentResult,
  LibraryFileResult,
  MachineResult,
  MergeResult,
  MoveResult,
  NewAlertResult,
  LiveResponseCommand,
  LiveResponseFile,
  Queued,
  Approval,
  ApprovalNeed,
  AuditRecord,
  GatewayCaller,
  HuntingQuery,
  HuntResult,
  HuntTenantResult,
  UserConnection,
  MissingKb,
  ExposureScore,
};
