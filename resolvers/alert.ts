import type { AlertEvidenceResolvers, AlertResolvers, EvidenceResolvers } from '../src/generated/graphql.ts';

export const Alert: Pick<AlertResolvers, 'evidence'> = {
  evidence: ({ tenant, alertId, evidence }, _, { loaders }) =>
    evidence ?? loaders.alerts.load({ tenant, id: alertId }).then((alert) => alert?.evidence ?? []),
};

export const Evidence: EvidenceResolvers = { __resolveType: ({ kind }) => kind };
export const AlertEvidence: AlertEvidenceResolvers = { __resolveType: ({ kind }) => kind };
