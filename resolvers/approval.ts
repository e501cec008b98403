import type {
  ApprovalNeedResolvers,
  ApprovalResolvers,
  MutationResolvers,
  QueryResolvers,
} from '../src/generated/graphql.ts';
import { connectionResolvers } from './connection.ts';

export const approvalQueries: Pick<QueryResolvers, 'approvals' | 'approval'> = {
  approvals: async (_, { state, ...asked }, { access, actions, pageOf }) => {
    const tenants = access.selectTenants(asked);
    const rows = await actions.approvals.list(access.caller, tenants, state);
    return pageOf(
      rows,
      asked,
      ({ approvalId }) => approvalId,
      'approvals',
      tenants.map(({ name }) => name),
      state,
      access.caller.id,
    );
  },
  approval: (_, { approvalId }, { access, actions }) => actions.approvals.find(access.caller, approvalId),
};

export const approvalMutations: Pick<MutationResolvers, 'requestApproval' | 'approveAction' | 'rejectAction'> = {
  requestApproval: (_, { input }, { access, scope, actions }) => actions.approvals.request(access.caller, input, scope),
  approveAction: (_, { input }, { access, scope, actions }) => actions.approvals.approve(access.caller, input, scope),
  rejectAction: (_, { input }, { access, scope, actions }) => actions.approvals.reject(access.caller, input, scope),
};

const { failures: _failures, truncated: _truncated, truncationReason: _reason, ...ofConnection } = connectionResolvers;

/** Approvals are the gateway's own and all at hand: no tenant can fail to answer, and nothing is cut. */
export const ApprovalConnection = ofConnection;

const time = (epochMs: number): string => new Date(epochMs).toISOString();

export const Approval: ApprovalResolvers = {
  tenant: ({ act }, _, { access }) => access.tenant(act.input.tenant),
  mutation: ({ act }) => act.name,
  input: ({ act }) => act.input,
  requestedBy: ({ requester }) => requester.name,
  requestedAt: ({ requestedAt }) => time(requestedAt),
  expiresAt: ({ expiresAt }) => time(expiresAt),
  decidedBy: ({ decision }) => decision?.by.name ?? null,
  decidedAt: ({ decision }) => (decision === null ? null : time(decision.at)),
  decisionComment: ({ decision }) => decision?.comment ?? null,
};

export const ApprovalNeed: ApprovalNeedResolvers = {
  validMinutes: ({ validMs }) => Math.floor(validMs / 60_000),
};
