import type { Resolvers } from '../src/generated/graphql.ts';
import {
  actionQueries,
  InvestigationResult,
  LiveResponseCommand,
  MachineAction,
  MachineActionConnection,
  MachineActionResult,
  Mutation,
  Queued,
} from './action.ts';
import { Alert, AlertConnection, AlertEvidence, alertQueries, Evidence, evidenceWithMachine } from './alert.ts';
import { Approval, ApprovalConnection, ApprovalNeed, approvalMutations, approvalQueries } from './approval.ts';
import { AuditConnection, AuditRecord, auditQueries } from './audit.ts';
import { connectionResolvers, TenantFailure } from './connection.ts';
import { HuntResult, HuntTenantResult, huntingQueries } from './hunting.ts';
import { Incident, IncidentConnection, incidentQueries } from './incident.ts';
import { Investigation, investigationQueries } from './investigation.ts';
import { LibraryFile, libraryQueries } from './library.ts';
import { Machine, MachineConnection, machineQueries } from './machine.ts';
import { Node, nodeQueries } from './node.ts';
import { DateTime, JSONScalar } from './scalars.ts';
import {
  ApiConnectivity,
  Capability,
  Grant,
  SignInState,
  Tenant,
  tenantMutations,
  tenantQueries,
  Viewer,
} from './tenant.ts';
import {
  ExposureScore,
  MissingKb,
  Recommendation,
  RemediationTask,
  Software,
  Vulnerability,
  vulnerabilityQueries,
} from './vulnerability.ts';

/** Every resolver of the graph; a field that is not here is a property of its domain type. */
export const resolvers: Resolvers = {
  DateTime,
  JSON: JSONScalar,
  Query: {
    ...tenantQueries,
    ...nodeQueries,
    ...incidentQueries,
    ...alertQueries,
    ...machineQueries,
    ...actionQueries,
    ...huntingQueries,
    ...auditQueries,
    ...approvalQueries,
    ...investigationQueries,
    ...libraryQueries,
    ...vulnerabilityQueries,
  },
  Mutation: { ...Mutation, ...approvalMutations, ...tenantMutations },
  Node,
  Viewer,
  Grant,
  Tenant,
  Capability,
  SignInState,
  ApiConnectivity,
  TenantFailure,
  Incident,
  IncidentConnection,
  Alert,
  AlertConnection,
  AlertEvidence,
  Evidence,
  ...evidenceWithMachine,
  Machine,
  MachineConnection,
  MachineAction,
  MachineActionConnection,
  InvestigationResult,
  MachineActionResult,
  LiveResponseCommand,
  Queued,
  Approval,
  ApprovalConnection,
  ApprovalNeed,
  AuditRecord,
  AuditConnection,
  HuntResult,
  HuntTenantResult,
  Investigation,
  InvestigationConnection: connectionResolvers,
  LibraryFile,
  LibraryFileConnection: connectionResolvers,
  Vulnerability,
  VulnerabilityConnection: connectionResolvers,
  Software,
  SoftwareConnection: connectionResolvers,
  Recommendation,
  RecommendationConnection: connectionResolvers,
  RemediationTask,
  RemediationTaskConnection: connectionResolvers,
  MissingKb,
  MissingKbConnection: connectionResolvers,
  ExposureScore,
};
