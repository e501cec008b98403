import type {
  AuditConnectionResolvers,
  AuditRecordResolvers,
  GatewayCallerResolvers,
  QueryResolvers,
} from '../src/generated/graphql.ts';
import { connectionResolvers } from './connection.ts';
import { callerKinds } from './tenant.ts';

export const auditQueries: Pick<QueryResolvers, 'auditLog'> = {
  auditLog: (_, asked, context) => context.auditLog(context, asked),
};

/** The log is the gateway's own: no tenant can fail to answer. */
const { failures: _none, ...ofConnection } = connectionResolvers;

export const AuditConnection: AuditConnectionResolvers = ofConnection;

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
