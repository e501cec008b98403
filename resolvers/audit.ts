import type {
  AuditConnectionResolvers,
  AuditRecordResolvers,
  CallerKind,
  QueryResolvers,
} from '../src/generated/graphql.ts';
import { connectionResolvers } from './connection.ts';

const callerKinds = { user: 'USER', app: 'APP', apiKey: 'API_KEY', anonymous: 'ANONYMOUS' } as const satisfies Record<
  string,
  CallerKind
>;

export const auditQueries: Pick<QueryResolvers, 'auditLog'> = {
  auditLog: (_, asked, { auditLog }) => auditLog(asked),
};

/** The log is the gateway's own: no tenant can fail to answer. */
const { failures: _none, ...ofConnection } = connectionResolvers;

export const AuditConnection: AuditConnectionResolvers = ofConnection;

export const AuditRecord: AuditRecordResolvers = {
  callerKind: ({ callerKind }) => callerKinds[callerKind],
};
