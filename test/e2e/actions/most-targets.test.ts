import { expect, onTestFinished, test } from 'vitest';
import { startRunning } from '../../support/gateway.ts';
import { simTenant } from '../../support/tenants.ts';

const document = `mutation ($input: UpdateIncidentsInput!) { updateIncidents(input: $input) {
  results { outcome error { code message } } } }`;

test.each([
  ['Graph', {}],
  ['M365D', { graph: [] }],
])(
  'a mutation may change as many incidents as it may name, each with a comment, through %s',
  async (_api, permissions) => {
    const running = await startRunning({
      simulator: { tenants: [simTenant('contoso', { scale: 8, permissions })], enforceQuotas: false, profile: 'mild' },
    });
    onTestFinished(() => running.stop());
    const open = running.simulator.world('contoso').incidents.filter(({ status }) => status !== 'redirected');
    const incidentIds = open.slice(0, 100).map(({ id }) => String(id));
    expect(incidentIds).toHaveLength(100);
    const input = { tenant: 'contoso', incidentIds, assignedTo: 'night@contoso.com', comment: 'Taken over' };
    const { data } = await running.ask<{ readonly updateIncidents: { readonly results: readonly object[] } }>(
      document,
      { input },
    );
    expect(data.updateIncidents.results).toEqual(incidentIds.map(() => ({ outcome: 'DONE', error: null })));
  },
);
