import type { Alert } from '../src/domain/alert.ts';
import type { IncidentConnectionResolvers, IncidentResolvers, QueryResolvers } from '../src/generated/graphql.ts';
import { alertsOfIncident } from '../src/loaders/incident-alerts.ts';
import { machineIdsOfIncident } from '../src/loaders/incident-machines.ts';
import { known } from '../src/loaders/known.ts';
import { survivorOf } from '../src/loaders/redirect.ts';
import { connectionResolvers } from './connection.ts';
import { entityFields } from './node.ts';
import { expansionsAsked } from './selection.ts';

export const incidentQueries: Pick<QueryResolvers, 'incidents' | 'incident'> = {
  incidents: (_, asked, context, info) => context.lists.incidents(context, asked, expansionsAsked(info, 'Incident')),
  incident: (_, { tenant, incidentId }, context) => known('incidents', context, tenant, incidentId),
};

export const IncidentConnection: IncidentConnectionResolvers = connectionResolvers;

export const Incident: IncidentResolvers = {
  ...entityFields('Incident', ({ incidentId }: { readonly tenant: string; readonly incidentId: string }) => incidentId),
  redirectedTo: (incident, _, { loaders }) => survivorOf(incident, loaders),
  alerts: (incident, asked, context) => {
    const { tenant, incidentId } = incident;
    context.access.requireInPart('alert:read', context.access.tenant(tenant));
    const page = (rows: readonly Alert[]) =>
      context.pageOf(rows, asked, ({ alertId }) => alertId, 'incident alerts', tenant, incidentId);
    const alerts = alertsOfIncident(incident, 'alert:read', context);
    return alerts instanceof Promise ? alerts.then(page) : page(alerts);
  },
  machines: async (incident, asked, context) => {
    const { tenant, incidentId } = incident;
    context.access.requireInPart('machine:read', context.access.tenant(tenant));
    const ids = await machineIdsOfIncident(incident, context);
    const page = context.pageOf(ids, asked, (id) => id, 'incident machines', tenant, incidentId);
    const machines = await Promise.all(page.items.map(({ node: id }) => context.loaders.machines.load({ tenant, id })));
    return {
      ...page,
      items: page.items.flatMap(({ cursor }, index) => {
        const machine = machines[index];
        return machine == null ? [] : [{ node: machine, cursor }]; // Offboarded long ago: the evidence outlives it.
      }),
    };
  },
};
