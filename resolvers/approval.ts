import { tenantOf } from '../src/context.ts';
import type { ApprovalNeedResolvers, ApprovalResolvers, MutationResolvers } from '../src/generated/graphql.ts';

export const approvalMutations: Pick<MutationResolvers, 'requestApproval' | 'approveAction' | 'rejectAction'> = {
  requestApproval: (_, { input }, context) => context.approvals.request(context, input),
  approveAction: (_, { input }, context) => context.approvals.approve(context, input),
  rejectAction: (_, { input }, context) => context.approvals.reject(context, input),
};

const time = (epochMs: number): string => new Date(epochMs).toISOString();
const timeOrNull = (epochMs: number | null | undefined): string | null => (epochMs == null ? null : time(epochMs));

export const Approval: ApprovalResolvers = {
  tenant: ({ action }, _, { access }) => access.tenant(tenantOf(action)),
  mutation: ({ action }) => action.name,
  input: ({ action }) => action.input,
  requestedBy: ({ requester }) => requester.name,
  requestedAt: ({ requestedAt }) => time(requestedAt),
  expiresAt: ({ expiresAt }) => time(expiresAt),
  decidedBy: ({ decision }) => decision?.by.name ?? null,
  decidedAt: ({ decision }) => timeOrNull(decision?.at),
  decisionComment: ({ decision }) => decision?.comment ?? null,
  rightsTakenAt: ({ rightsTakenAt }) => timeOrNull(rightsTakenAt),
  results: ({ performance }) => (performance === null || performance.rows.length === 0 ? null : performance.rows),
};

export const ApprovalNeed: ApprovalNeedResolvers = {
  validMinutes: ({ validMs }) => Math.floor(validMs / 60_000),
};
