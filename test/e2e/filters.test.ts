import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  TenantWorld,
  WorldAction,
  WorldAlert,
  WorldIncident,
  WorldMachine,
} from '../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

/** One Microsoft tenant under three names, one for each API that is to answer first. */
const sources = ['graph', 'm365d', 'mde'] as const;
type Source = (typeof sources)[number];

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

/** The graph's name of a word that Graph writes in camel case, but for the three that the unified graph shortens. */
const shortened: Readonly<Record<string, string>> = {
  lineOfBusinessApplication: 'LINE_OF_BUSINESS',
  notEnoughDataToValidate: 'INSUFFICIENT_DATA',
  microsoft365Defender: 'MICROSOFT365_DEFENDER',
};
const word = (camel: string): string =>
  shortened[camel] ?? camel.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

/** The value that stands in the middle of a list, so that a filter by it has both what meets it and what does not. */
const middle = <T>(values: readonly T[]): T => {
  const value = values[Math.floor(values.length / 2)];
  if (value === undefined) throw new Error('The estate has none');
  return value;
};

interface Case<T> {
  readonly filter: Readonly<Record<string, unknown>>;
  readonly meets: (entity: T, source: Source) => boolean;
}

/** A condition and the rows that meet it, counted by hand. */
type CaseOf<T> = (rows: readonly T[]) => Case<T>;

/** A condition `property: [value]` for the value of the middle row. */
const byWord =
  <T>(field: string, of: (row: T, source: Source) => string): CaseOf<T> =>
  (rows) => {
    const value = of(middle(rows), 'graph');
    return { filter: { [field]: [value] }, meets: (row, source) => of(row, source) === value };
  };

/** A condition on a time, whose bound is the very time of the middle row. */
const byTime =
  <T>(field: string, of: (row: T) => string): CaseOf<T> =>
  (rows) => {
    const time = of(middle(rows));
    return {
      filter: { [field]: time },
      meets: (row) => (field.endsWith('After') ? of(row) >= time : of(row) < time),
    };
  };

/** M365D has no word for an incident that awaits an action. */
const incidentStatus = ({ status }: WorldIncident, source: Source): string =>
  status === 'awaitingAction' && source === 'm365d' ? 'ACTIVE' : word(status);

const incidentCases: Readonly<Record<string, CaseOf<WorldIncident>>> = {
  status: byWord('status', incidentStatus),
  'two statuses': () => ({
    filter: { status: ['ACTIVE', 'RESOLVED'] },
    meets: (row, source) => ['ACTIVE', 'RESOLVED'].includes(incidentStatus(row, source)),
  }),
  'a status that M365D has no word for': () => ({
    filter: { status: ['AWAITING_ACTION'] },
    meets: ({ status }, source) => status === 'awaitingAction' && source === 'graph',
  }),
  severity: byWord('severity', ({ severity }) => word(severity)),
  classification: byWord('classification', ({ classification }) => word(classification)),
  'classification unknown': () => ({
    filter: { classification: ['UNKNOWN'] },
    meets: ({ classification }) => classification === 'unknown',
  }),
  determination: (rows) => {
    const known = rows.filter(({ determination }) => determination !== 'unknown');
    return byWord<WorldIncident>('determination', ({ determination }) => word(determination))(known);
  },
  assignedTo: (rows) => {
    const name = middle(rows.flatMap(({ assignedTo }) => (assignedTo === null ? [] : [assignedTo])));
    return { filter: { assignedTo: name }, meets: ({ assignedTo }) => assignedTo === name };
  },
  createdAfter: byTime('createdAfter', ({ createdAt }) => createdAt),
  createdBefore: byTime('createdBefore', ({ createdAt }) => createdAt),
  updatedAfter: byTime('updatedAfter', ({ updatedAt }) => updatedAt),
  updatedBefore: byTime('updatedBefore', ({ updatedAt }) => updatedAt),
  titleContains: (rows) => {
    const part = middle(rows).displayName.slice(3, 12).toUpperCase();
    return {
      filter: { titleContains: part },
      meets: ({ displayName }) => displayName.toUpperCase().includes(part),
    };
  },
  tags: (rows) => {
    const tag = middle(rows.flatMap(({ tags }) => tags));
    return { filter: { tags: [tag, 'no-such-tag'] }, meets: ({ tags }) => tags.includes(tag) };
  },
  'everything together': (rows) => {
    const row = middle(rows);
    return {
      filter: {
        severity: [word(row.severity)],
        createdAfter: row.createdAt,
        titleContains: row.displayName.slice(0, 4),
      },
      meets: ({ severity, createdAt, displayName }) =>
        severity === row.severity && createdAt >= row.createdAt && displayName.includes(row.displayName.slice(0, 4)),
    };
  },
  'an empty list, which nothing is a member of': () => ({ filter: { severity: [] }, meets: () => false }),
};

const machinesOf = ({ machine, evidence }: WorldAlert): readonly string[] => [
  ...(machine === null ? [] : [machine.id]),
  ...evidence.flatMap((item) => ('machine' in item ? [item.machine.id] : [])),
];

const alertCases: Readonly<Record<string, CaseOf<WorldAlert>>> = {
  status: byWord('status', ({ status }) => word(status)),
  severity: byWord('severity', ({ severity }) => word(severity)),
  classification: byWord('classification', ({ classification }) => word(classification)),
  determination: (rows) => {
    const known = rows.filter(({ determination }) => determination !== 'unknown');
    return byWord<WorldAlert>('determination', ({ determination }) => word(determination))(known);
  },
  'determination unknown': () => ({
    filter: { determination: ['UNKNOWN'] },
    meets: ({ determination }) => determination === 'unknown',
  }),
  serviceSource: byWord('serviceSource', ({ serviceSource }) => word(serviceSource)),
  assignedTo: (rows) => {
    const name = middle(rows.flatMap(({ assignedTo }) => (assignedTo === null ? [] : [assignedTo])));
    return { filter: { assignedTo: name }, meets: ({ assignedTo }) => assignedTo === name };
  },
  incidentId: (rows) => {
    const id = middle(rows).incidentId;
    return { filter: { incidentId: id }, meets: ({ incidentId }) => incidentId === id };
  },
  machineId: (rows) => {
    const id = middle(rows.flatMap(machinesOf));
    return { filter: { machineId: id }, meets: (row) => machinesOf(row).includes(id) };
  },
  category: byWord('category', ({ category }) => category),
  createdAfter: byTime('createdAfter', ({ createdAt }) => createdAt),
  createdBefore: byTime('createdBefore', ({ createdAt }) => createdAt),
  updatedAfter: byTime('updatedAfter', ({ updatedAt }) => updatedAt),
  updatedBefore: byTime('updatedBefore', ({ updatedAt }) => updatedAt),
  titleContains: (rows) => {
    const part = middle(rows).title.slice(2, 10).toLowerCase();
    return { filter: { titleContains: part }, meets: ({ title }) => title.toLowerCase().includes(part) };
  },
};

const machineCases: Readonly<Record<string, CaseOf<WorldMachine>>> = {
  machineId: (rows) => {
    const ids = [middle(rows).id, middle(rows.slice(1)).id];
    return { filter: { machineId: ids }, meets: ({ id }) => ids.includes(id) };
  },
  computerDnsName: (rows) => {
    const name = middle(rows).computerDnsName;
    return {
      filter: { computerDnsName: name.toUpperCase() },
      meets: ({ computerDnsName }) => computerDnsName === name,
    };
  },
  computerDnsNameStartsWith: (rows) => {
    const start = middle(rows).computerDnsName.slice(0, 3);
    return {
      filter: { computerDnsNameStartsWith: start.toUpperCase() },
      meets: ({ computerDnsName }) => computerDnsName.startsWith(start),
    };
  },
  osPlatform: byWord('osPlatform', ({ osPlatform }) => osPlatform),
  healthStatus: byWord('healthStatus', ({ healthStatus }) => word(healthStatus).slice(1)),
  riskScore: byWord('riskScore', ({ riskScore }) => riskScore.toUpperCase()),
  exposureLevel: byWord('exposureLevel', ({ exposureLevel }) => exposureLevel.toUpperCase()),
  deviceValue: byWord('deviceValue', ({ deviceValue }) => deviceValue.toUpperCase()),
  onboardingStatus: byWord('onboardingStatus', ({ onboardingStatus }) => word(onboardingStatus).slice(1)),
  lastIpAddress: (rows) => {
    const address = middle(rows).lastIpAddress;
    return { filter: { lastIpAddress: address }, meets: ({ lastIpAddress }) => lastIpAddress === address };
  },
  aadDeviceId: (rows) => {
    const id = middle(rows.flatMap(({ aadDeviceId }) => (aadDeviceId === null ? [] : [aadDeviceId])));
    return { filter: { aadDeviceId: id }, meets: ({ aadDeviceId }) => aadDeviceId === id };
  },
  rbacGroupId: (rows) => {
    const id = middle(rows).rbacGroupId;
    return { filter: { rbacGroupId: String(id) }, meets: ({ rbacGroupId }) => rbacGroupId === id };
  },
  'rbacGroupId that is no number': () => ({ filter: { rbacGroupId: "1' or 1 eq 1" }, meets: () => false }),
  machineTags: (rows) => {
    const tag = middle(rows.flatMap(({ machineTags }) => machineTags));
    return { filter: { machineTags: [tag] }, meets: ({ machineTags }) => machineTags.includes(tag) };
  },
  lastSeenAfter: byTime('lastSeenAfter', ({ lastSeen }) => lastSeen),
  lastSeenBefore: byTime('lastSeenBefore', ({ lastSeen }) => lastSeen),
};

const actionCases: Readonly<Record<string, CaseOf<WorldAction>>> = {
  actionId: (rows) => {
    const { id } = middle(rows);
    return { filter: { actionId: [id] }, meets: (row) => row.id === id };
  },
  machineId: (rows) => {
    const { id } = middle(rows).machine;
    return { filter: { machineId: [id] }, meets: ({ machine }) => machine.id === id };
  },
  type: byWord('type', ({ type }) => word(type).slice(1)),
  status: byWord('status', ({ status }) => word(status).slice(1)),
  requestor: (rows) => {
    const { requestor } = middle(rows);
    return { filter: { requestor }, meets: (row) => row.requestor === requestor };
  },
  'requestor with a quote': () => ({ filter: { requestor: "o'brien' or 'a' eq 'a" }, meets: () => false }),
  createdAfter: byTime('createdAfter', ({ createdAt }) => createdAt),
  createdBefore: byTime('createdBefore', ({ createdAt }) => createdAt),
};

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
