import type { AuditRecordResolvers, GatewayCallerResolvers } from '../src/generated/graphql.ts';
import { callerKinds } from './tenant.ts';

export const AuditRecord: AuditRecordResolvers = {
  input: (record, _, { auditInput }) => auditInput(record),
  inputSha256: ({ inputSha256 }) => inputSha256 ?? null,
  tag: ({ tag }) => tag ?? null,
  callerKind: ({ callerKind }) => callerKinds[callerKind],
  approvalId: ({ approval }) => approval?.approvalId ?? null,
  approvedBy: ({ approval }) => approval?.approvedBy ?? null,
};

export const GatewayCaller: GatewayCallerResolvers = {
  callerKind: ({ callerKind }) => callerKinds[callerKind],
  approvedBy: ({ approval }) => approval?.approvedBy ?? null,
};
