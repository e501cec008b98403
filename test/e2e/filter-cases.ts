import { factsOf } from '../../src/simulator/world/machine-facts.ts';
import type { WorldAction, WorldAlert, WorldIncident, WorldMachine } from '../../src/simulator/world/types.ts';

/** The APIs that lists come from. */
export const sources = ['graph', 'm365d', 'mde'] as const;
export type Source = (typeof sources)[number];

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

/** A filter, and whether a row of the estate meets it as that API tells of it. */
interface Case<T> {
  readonly filter: Readonly<Record<string, unknown>>;
  readonly meets: (entity: T, source: Source) => boolean;
}

/** A condition and the rows that meet it, counted by hand. */
export type CaseOf<T> = (rows: readonly T[]) => Case<T>;

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

/** One row for each condition, and for what is odd about it. */
export const incidentCases: Readonly<Record<string, CaseOf<WorldIncident>>> = {
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
  classification: byWord('classification', ({ classification }) => word(classification ?? 'unknown')),
  'classification unknown': () => ({
    filter: { classification: ['UNKNOWN'] },
    meets: ({ classification }) => (classification ?? 'unknown') === 'unknown',
  }),
  determination: (rows) => {
    const known = rows.filter(({ determination }) => (determination ?? 'unknown') !== 'unknown');
    return byWord<WorldIncident>('determination', ({ determination }) => word(determination ?? 'unknown'))(known);
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
};

const machinesOf = ({ machine, evidence }: WorldAlert): readonly string[] => [
  ...(machine === null ? [] : [machine.id]),
  ...evidence.flatMap((item) => ('machine' in item && item.machine !== null ? [item.machine.id] : [])),
];

/** One row for each condition, and for what is odd about it. */
export const alertCases: Readonly<Record<string, CaseOf<WorldAlert>>> = {
  status: byWord('status', ({ status }) => word(status)),
  severity: byWord('severity', ({ severity }) => word(severity)),
  classification: byWord('classification', ({ classification }) => word(classification ?? 'unknown')),
  determination: (rows) => {
    const known = rows.filter(({ determination }) => (determination ?? 'unknown') !== 'unknown');
    return byWord<WorldAlert>('determination', ({ determination }) => word(determination ?? 'unknown'))(known);
  },
  'determination unknown': () => ({
    filter: { determination: ['UNKNOWN'] },
    meets: ({ determination }) => (determination ?? 'unknown') === 'unknown',
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

/** One row for each condition, and for what is odd about it. */
export const machineCases: Readonly<Record<string, CaseOf<WorldMachine>>> = {
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
  // Not the word of the middle row, which may be the unknown one: that is met by new words, too.
  healthStatus: () => ({
    filter: { healthStatus: ['INACTIVE'] },
    meets: ({ healthStatus }) => healthStatus === 'Inactive',
  }),
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
  machineTags: (rows) => {
    const tag = middle(rows.flatMap(({ machineTags }) => machineTags));
    return { filter: { machineTags: [tag] }, meets: ({ machineTags }) => machineTags.includes(tag) };
  },
  machineTagStartsWith: (rows) => {
    const start = middle(rows.flatMap(({ machineTags }) => machineTags)).slice(0, 3);
    return {
      filter: { machineTagStartsWith: start.toUpperCase() },
      meets: ({ machineTags }) => machineTags.some((tag) => tag.startsWith(start)),
    };
  },
  isExcluded: () => ({ filter: { isExcluded: true }, meets: (machine) => factsOf(machine).isExcluded }),
  lastSeenAfter: byTime('lastSeenAfter', ({ lastSeen }) => lastSeen),
  lastSeenBefore: byTime('lastSeenBefore', ({ lastSeen }) => lastSeen),
};

/** One row for each condition, and for what is odd about it. */
export const actionCases: Readonly<Record<string, CaseOf<WorldAction>>> = {
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
