import { endpointAlertId } from '../src/entities/alert-edges.ts';
import type { AlertEvidenceResolvers, AlertResolvers, EvidenceResolvers } from '../src/generated/graphql.ts';

export const Alert: Pick<AlertResolvers, 'evidence' | 'machine' | 'relatedUser'> = {
  machine: async (alert, _, { loaders, edges }) => {
    const { tenant, machineId } = alert;
    if (machineId !== null) return loaders.load('machines', { tenant, id: machineId });
    const id = endpointAlertId(alert);
    const [found] = id === null ? [] : (await edges.load('Tenant.machineOfAlert', { tenant, id })).rows;
    return found === undefined ? null : loaders.load('machines', { tenant, id: found });
  },
  relatedUser: async (alert, _, { edges }) => {
    const id = endpointAlertId(alert);
    if (id === null) return null;
    return (await edges.load('Tenant.userOfAlert', { tenant: alert.tenant, id })).rows[0] ?? null;
  },
  evidence: ({ tenant, alertId, evidence }, _, { loaders }) =>
    evidence ?? loaders.load('alerts', { tenant, id: alertId }).then((alert) => alert?.evidence ?? []),
};

export const Evidence: EvidenceResolvers = { __resolveType: ({ kind }) => kind };
export const AlertEvidence: AlertEvidenceResolvers = { __resolveType: ({ kind }) => kind };
