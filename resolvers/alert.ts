import type { Context } from '../src/context.ts';
import type { EvidenceWithMachine } from '../src/domain/evidence.ts';
import type {
  AlertConnectionResolvers,
  AlertEvidenceResolvers,
  AlertResolvers,
  EvidenceResolvers,
  QueryResolvers,
} from '../src/generated/graphql.ts';
import { known } from '../src/loaders/known.ts';
import { connectionResolvers } from './connection.ts';
import { entityFields } from './node.ts';

export const alertQueries: Pick<QueryResolvers, 'alerts' | 'alert'> = {
  alerts: (_, asked, context) => context.lists.alerts(context, asked),
  alert: (_, { tenant, alertId }, context) => known('alerts', context, tenant, alertId),
};

export const AlertConnection: AlertConnectionResolvers = connectionResolvers;

export const Alert: AlertResolvers = {
  ...entityFields('Alert', ({ alertId }: { readonly tenant: string; readonly alertId: string }) => alertId),
  incident: ({ tenant, incidentId }, _, { loaders }) =>
    incidentId === null ? null : loaders.incidents.load({ tenant, id: incidentId }),
  machine: (alert, _, context) => machineOf(alert, context),
  evidence: ({ tenant, alertId, evidence }, _, { loaders }) =>
    evidence ?? loaders.alerts.load({ tenant, id: alertId }).then((alert) => alert?.evidence ?? []),
};

/** The machine as it is now, of anything that names one. */
const machineOf = ({ tenant, machineId }: EvidenceWithMachine, { loaders }: Context) =>
  machineId === null ? null : loaders.machines.load({ tenant, id: machineId });

export const Evidence: EvidenceResolvers = { __resolveType: ({ kind }) => kind };
export const AlertEvidence: AlertEvidenceResolvers = { __resolveType: ({ kind }) => kind };

const leadsToMachine = {
  machine: (evidence: EvidenceWithMachine, _: unknown, context: Context) => machineOf(evidence, context),
};

export const evidenceWithMachine = {
  DeviceEvidence: leadsToMachine,
  ProcessEvidence: leadsToMachine,
  FileEvidence: leadsToMachine,
  RegistryValueEvidence: leadsToMachine,
};
