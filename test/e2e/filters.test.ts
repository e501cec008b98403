import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TenantWorld } from '../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';
import {
  actionCases,
  alertCases,
  type CaseOf,
  incidentCases,
  machineCases,
  type Source,
  sources,
} from './filter-cases.ts';

/** One Microsoft tenant under three names, one for each API that is to answer first. */
const contoso = simTenant('contoso');
let running: Running;
let world: TenantWorld;

beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: [contoso], enforceQuotas: false },
    settings: (offered, simulator) =>
      changedSettings(
        offered,
        sources.map((source, index) => [
          ['tenants', index],
          {
            name: source,
            tenantId: contoso.tenantId,
            auth: { clientId: contoso.apps[0]?.clientId, clientSecret: 'secret-contoso' },
            endpoints: simulator.endpoints('contoso'),
            prefer: { incidents: source, alerts: source },
          },
        ]),
      ),
  });
  world = running.simulator.world('contoso');
});

afterAll(() => running.stop());

interface ListKind {
  readonly list: string;
  readonly key: string;
  readonly input: string;
  readonly sources: readonly Source[];
}

/** What the gateway answers to a filter. */
const askFor = async (kind: ListKind, source: Source, filter: unknown): Promise<string[]> => {
  const { data, errors } = await running.ask<
    Readonly<Record<string, { readonly nodes: readonly { key: string }[]; readonly failures: readonly unknown[] }>>
  >(
    `query ($source: String!, $filter: ${kind.input}) {
      list: ${kind.list}(tenants: [$source], filter: $filter, first: 200) { nodes { key: ${kind.key} } failures { code message } }
    }`,
    { source, filter },
  );
  expect(errors).toEqual([]);
  expect(data.list?.failures).toEqual([]);
  return data.list?.nodes.map(({ key }) => key) ?? [];
};

const checkKind = <T extends { readonly id: string }>(
  kind: ListKind,
  cases: Readonly<Record<string, CaseOf<T>>>,
  rowsOf: (source: Source) => readonly T[],
): void => {
  describe.each(kind.sources)(`${kind.list} through %s, filtered by`, (source) => {
    test.each(Object.keys(cases))('%s: exactly what meets it', async (name) => {
      const rows = rowsOf(source);
      const made = cases[name]?.(rows);
      if (made === undefined) throw new Error(name);
      const wanted = rows.filter((row) => made.meets(row, source)).map(({ id }) => id);
      if (!/ no |empty|quote/.test(name)) expect(wanted).not.toEqual([]);
      expect(await askFor(kind, source, made.filter)).toEqual(wanted);
    });
  });
};

checkKind(
  { list: 'incidents', key: 'incidentId', input: 'IncidentFilter', sources: ['graph', 'm365d'] },
  incidentCases,
  () => world.incidents,
);
checkKind(
  { list: 'alerts', key: 'alertId', input: 'AlertFilter', sources },
  alertCases,
  // Defender for Endpoint has the alerts that were born in it.
  (source) =>
    source === 'mde'
      ? world.alerts.filter(({ serviceSource }) => serviceSource === 'microsoftDefenderForEndpoint')
      : world.alerts,
);
checkKind(
  { list: 'machines', key: 'machineId', input: 'MachineFilter', sources: ['mde'] },
  machineCases,
  () => world.machines,
);
checkKind(
  { list: 'machineActions', key: 'actionId', input: 'MachineActionFilter', sources: ['mde'] },
  actionCases,
  () => world.actions,
);
