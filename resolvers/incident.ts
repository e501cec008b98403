import type { Alert } from '../src/domain/alert.ts';
import type { IncidentConnectionResolvers, IncidentResolvers, QueryResolvers } from '../src/generated/graphql.ts';
import { machineIdsOf } from '../src/lists/incident-machines.ts';
import { readAlertsOf } from '../src/loaders/incident-alerts.ts';
import { known } from '../src/loaders/known.ts';
import { survivorOf } from '../src/loaders/redirect.ts';
import { connectionResolvers } from './connection.ts';
import { idOf } from './node.ts';
import { asksFor } from './selection.ts';

export const incidentQueries: Pick<QueryResolvers, 'incidents' | 'incident'> = {
  incidents: (_, asked, context, info) =>
    context.lists.incidents(context, asked, {
      alerts: asksFor(info, 'nodes.alerts', 'nodes.machines', 'edges.node.alerts', 'edges.node.machines'),
    }),
  incident: (_, { tenant, incidentId }, { access, loaders }) =>
    known('incident', loaders.incidents, { tenant: access.tenant(tenant).name, id: incidentId }),
};

export const IncidentConnection: IncidentConnectionResolvers = connectionResolvers;

export const Incident: IncidentResolvers = {
  id: idOf('Incident', ({ incidentId }) => incidentId),
  tenant: ({ tenant }, _, { access }) => access.tenant(tenant),
  redirectedTo: (incident, _, { loaders }) => survivorOf(incident, loaders),
  alerts: (incident, asked, { access, loaders, pageOf }) => {
    access.require('alert:read');
    const { tenant, incidentId, alerts } = incident;
    const page = (rows: readonly Alert[]) => pageOf(rows, asked, 'incident alerts', tenant, incidentId);
    // No promise for what is at hand: graphql-js pays for each at every level above.
    return alerts === null ? readAlertsOf(incident, loaders).then(page) : page(alerts);
  },
  machines: async (incident, asked, { access, loaders, pageOf }) => {
    access.require('machine:read');
    const ids = machineIdsOf({ alerts: incident.alerts ?? (await readAlertsOf(incident, loaders)) });
    const page = pageOf(ids, asked, 'incident machines', incident.tenant, incident.incidentId);
    const machines = await Promise.all(
      page.items.map(({ node: id }) => loaders.machines.load({ tenant: incident.tenant, id })),
    );
    return {
      ...page,
      items: page.items.flatMap(({ cursor }, index) => {
        const machine = machines[index];
        return machine == null ? [] : [{ node: machine, cursor }]; // Offboarded long ago: the evidence outlives it.
      }),
    };
  },
};
