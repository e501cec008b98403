import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ApiName } from '../../src/clouds/endpoints.ts';
import type { Alert } from '../../src/domain/alert.ts';
import * as enums from '../../src/domain/enums.ts';
import {
  alertStatuses,
  classifications,
  determinations,
  incidentStatuses,
  severities,
} from '../../src/domain/enums.ts';
import type { AlertFilter, IncidentFilter, MachineActionFilter, MachineFilter } from '../../src/domain/filters.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { Machine } from '../../src/domain/machine.ts';
import type { MachineAction } from '../../src/domain/machine-action.ts';
import { alertRows } from '../../src/routing/filters/alerts.ts';
import { incidentRows } from '../../src/routing/filters/incidents.ts';
import { machineActionRows } from '../../src/routing/filters/machine-actions.ts';
import { machineRows } from '../../src/routing/filters/machines.ts';
import { amongWords, type FilterRows, pushedTo, rowMatcher } from '../../src/routing/filters/rows.ts';
import { compile } from '../../src/simulator/odata/compile.ts';
import { parseFilter } from '../../src/simulator/odata/parse.ts';
import type { ODataField, ODataFieldType, ODataValue } from '../../src/simulator/odata/rules.ts';
import { alertFromGraph, alertFromMde } from '../../src/unification/alert.ts';
import { incidentFromGraph, incidentFromM365d } from '../../src/unification/incident.ts';
import { machineFromMde } from '../../src/unification/machine.ts';
import { machineActionFromMde } from '../../src/unification/machine-action.ts';
import { antivirusWords } from '../../src/unification/words/antivirus.ts';
import { investigationStateWords, serviceSourceWords } from '../../src/unification/words/detection.ts';
import { indicatorWords } from '../../src/unification/words/indicators.ts';
import { machineActionStatusWords, machineActionTypeWords } from '../../src/unification/words/machine-actions.ts';
import {
  deviceValueWords,
  exposureLevelWords,
  healthStatusWords,
  riskScoreWords,
} from '../../src/unification/words/machines.ts';
import {
  alertStatusWords,
  classificationWords,
  determinationWords,
  incidentStatusWords,
  severityWords,
} from '../../src/unification/words/triage.ts';
import { vulnerabilityManagementWords } from '../../src/unification/words/vulnerability-management.ts';
import { readerOf, type Words } from '../../src/unification/words/words.ts';
import { tenantNamed } from '../support/tenant.ts';

type Wire = Readonly<Record<string, ODataValue>>;

/** What a property may hold: values of its own, and whatever else Microsoft may send. */
interface Property {
  readonly type: ODataFieldType;
  readonly values: fc.Arbitrary<ODataValue>;
}

const tenant = tenantNamed('contoso');
/** Every spelling of every word of a table, in any case, a word that will be added, or null. */
const words = (table: Readonly<Record<string, Words>>): Property => {
  const known = Object.entries(table).flatMap(([value, { graph, m365d, mde, also = [] }]) => [
    value,
    ...[graph, m365d, mde, ...also].filter((word) => word !== null).flatMap(anyCase),
  ]);
  return { type: 'string', values: fc.constantFrom<ODataValue>(...known, 'someNewWord', '', null) };
};
const anyCase = (word: string): readonly string[] => [
  word,
  word.toLowerCase(),
  word.toUpperCase(),
  `${word.charAt(0).toLowerCase()}${word.slice(1)}`,
  `${word.charAt(0).toUpperCase()}${word.slice(1)}`,
];
/** Text in any case, or null. */
const texts = (...values: readonly string[]): Property => ({
  type: 'string',
  values: fc.constantFrom<ODataValue>(
    ...values.flatMap((text) => [text, text.toLowerCase(), text.toUpperCase()]),
    '',
    null,
  ),
});
const moments = ['2026-01-01T10:00:00Z', '2026-01-01T10:00:00.1234567Z', '2026-01-02T00:00:00Z'];
const times: Property = { type: 'time', values: fc.constantFrom<ODataValue>(...moments, null) };
const numbers: Property = { type: 'number', values: fc.constantFrom<ODataValue>(7, 42, null) };
const ids: Property = {
  type: 'string',
  values: fc.constantFrom<ODataValue>(...[1, 2, 3].map((n) => String(n).repeat(40)), null),
};
const guids: Property = {
  type: 'id',
  values: fc.constantFrom<ODataValue>(
    '80fe8ff8-2624-418e-9591-41f0491218f9',
    '90fe8ff8-2624-418e-9591-41f0491218f9',
    null,
  ),
};

interface Source<F, T> {
  readonly name: string;
  readonly api: ApiName;
  readonly rows: FilterRows<F, T>;
  readonly toDomain: (wire: Wire) => T;
  readonly wire: Readonly<Record<string, Property>>;
  /** A value of each condition. */
  readonly filter: { readonly [K in keyof F]-?: fc.Arbitrary<NonNullable<F[K]>> };
}

const some = <V>(values: readonly V[]): fc.Arbitrary<V[]> => fc.subarray([...values], { minLength: 1 });
const anyText = fc.constantFrom('Zoe@contoso.com', 'zoe@contoso.com', 'Execution', 'execution', '', '7', '042', '42');
const anyTime = fc.constantFrom(...moments);

const alertFilter = {
  status: some(alertStatuses),
  severity: some(severities),
  classification: some(classifications),
  determination: some(determinations),
  serviceSource: some(enums.serviceSources),
  assignedTo: anyText,
  unassigned: fc.boolean(),
  incidentId: anyText,
  machineId: fc.constantFrom('1'.repeat(40), '2'.repeat(40)),
  category: fc.array(anyText, { minLength: 1, maxLength: 2 }),
  createdAfter: anyTime,
  createdBefore: anyTime,
  updatedAfter: anyTime,
  updatedBefore: anyTime,
  titleContains: anyText,
  mitreTechnique: fc.constant(['T1059']),
  user: fc.constantFrom('zoe@contoso.com', 'contoso\\zoe', 'zoe'),
  fileHash: fc.constant('A'.repeat(40)),
  ipAddress: fc.constantFrom('10.0.0.1', '2001:DB8::1'),
  domain: fc.constantFrom('example.com', 'Example.COM.'),
};
const incidentFilter = {
  status: some(incidentStatuses),
  severity: some(severities),
  classification: some(classifications),
  determination: some(determinations),
  assignedTo: anyText,
  unassigned: fc.boolean(),
  createdAfter: anyTime,
  createdBefore: anyTime,
  updatedAfter: anyTime,
  updatedBefore: anyTime,
  titleContains: anyText,
  tags: fc.array(anyText, { minLength: 1, maxLength: 2 }),
  machineId: fc.constant('1'.repeat(40)),
  user: fc.constant('zoe'),
  fileHash: fc.constant('A'.repeat(40)),
  ipAddress: fc.constant('10.0.0.1'),
  domain: fc.constant('example.com'),
  mitreTechnique: fc.constant(['T1059']),
};

/** Every row that the gateway accepts passes the text that was pushed: evaluated as OData compares, with case. */
const prove = <F extends object, T>({ name, api, rows, toDomain, wire, filter }: Source<F, T>): void => {
  const fields: ODataField<Wire>[] = Object.entries(wire).map(([property, { type }]) => ({
    name: property,
    type,
    of: (row) => row[property] ?? null,
  }));
  const fieldNamed = (property: string): ODataField<Wire> => {
    const found = fields.find((field) => field.name === property);
    if (found === undefined) throw new Error(`${name} has no ${property}`);
    return found;
  };
  const row = fc.record(Object.fromEntries(Object.entries(wire).map(([property, { values }]) => [property, values])));

  test.each(Object.keys(filter))(`R5: ${name}: what meets %s passes the pushed text`, (condition) => {
    const asked = fc
      .record(filter)
      .map((whole) => Object.fromEntries(Object.entries(whole).filter(([key]) => key === condition)));
    fc.assert(
      fc.property(asked, fc.array(row, { minLength: 1, maxLength: 8 }), (one, wires) => {
        // One condition of the filter, whose type the record above has checked.
        const narrowed: object = one;
        const isFilter = (value: object): value is F => value === narrowed;
        if (!isFilter(narrowed)) return;
        const meets = rowMatcher(narrowed, rows) ?? (() => true);
        for (const { forms } of pushedTo(api, narrowed, rows).conditions) {
          // Those behind the first that is taken are for services that refuse it.
          const tests = forms.map(({ text }) => compiled(text)).find((test) => test !== null);
          const [form] = forms;
          if (tests !== undefined && tests !== null)
            for (const sent of wires)
              if (meets(toDomain(sent))) expect([form.text, sent, tests(sent)]).toEqual([form.text, sent, true]);
        }
      }),
      { numRuns: 300 },
    );
  });

  /** `null`: this form is one for another type of the property; the service would answer 400. */
  const compiled = (text: string): ((sent: Wire) => boolean) | null => {
    try {
      return compile(parseFilter(text, { doubleQuotes: false }), fieldNamed);
    } catch (error) {
      if (error instanceof Error && /cannot be compared/.test(error.message)) return null;
      throw error;
    }
  };
};

const triage = { assignedTo: texts('Zoe@contoso.com'), severity: words(severityWords) };

describe('alerts', () => {
  prove<AlertFilter, Alert>({
    name: 'Graph',
    api: 'graph',
    rows: alertRows,
    toDomain: (wire) => alertFromGraph(tenant, { id: 'a', ...wire }),
    filter: alertFilter,
    wire: {
      ...triage,
      status: words(alertStatusWords),
      classification: words(classificationWords),
      determination: words(determinationWords),
      serviceSource: words(serviceSourceWords),
      category: texts('Execution'),
      title: texts('Execution'),
      createdDateTime: times,
      lastUpdateDateTime: times,
    },
  });
  prove<AlertFilter, Alert>({
    name: 'MDE',
    api: 'mde',
    rows: alertRows,
    toDomain: (wire) => alertFromMde(tenant, { id: 'a', ...wire }),
    filter: alertFilter,
    wire: {
      assignedTo: texts('Zoe@contoso.com'),
      severity: words(severityWords),
      status: words(alertStatusWords),
      incidentId: numbers,
      category: texts('Execution'),
      alertCreationTime: times,
      lastUpdateTime: times,
    },
  });
});

describe('incidents', () => {
  prove<IncidentFilter, Incident>({
    name: 'Graph',
    api: 'graph',
    rows: incidentRows,
    toDomain: (wire) => incidentFromGraph(tenant, { id: '1', ...wire }),
    filter: incidentFilter,
    wire: {
      ...triage,
      status: words(incidentStatusWords),
      classification: words(classificationWords),
      determination: words(determinationWords),
      displayName: texts('Execution'),
      createdDateTime: times,
      lastUpdateDateTime: times,
    },
  });
  prove<IncidentFilter, Incident>({
    name: 'M365D',
    api: 'm365d',
    rows: incidentRows,
    toDomain: (wire) => incidentFromM365d(tenant, { incidentId: 1, ...wire }),
    filter: incidentFilter,
    wire: {
      assignedTo: texts('Zoe@contoso.com'),
      status: words(incidentStatusWords),
      createdTime: times,
      lastUpdateTime: times,
    },
  });
});

describe('machines', () => {
  prove<MachineFilter, Machine>({
    name: 'MDE',
    api: 'mde',
    rows: machineRows,
    toDomain: (wire) => machineFromMde('contoso', { id: 'm', ...wire }),
    filter: {
      machineId: some(['1'.repeat(40), '2'.repeat(40)]),
      computerDnsName: fc.constantFrom('FIN-1.contoso.com', 'fin-1.contoso.com'),
      computerDnsNameStartsWith: fc.constantFrom('FIN', 'fin', 'f', 'fin-1', 'FINance-2.', '1', 'ö'),
      osPlatform: fc.constantFrom(['windows11'], ['Windows11', 'Linux']),
      healthStatus: some(enums.healthStatuses),
      riskScore: some(enums.riskScores),
      exposureLevel: some(enums.exposureLevels),
      deviceValue: some(enums.deviceValues),
      onboardingStatus: some(enums.onboardingStatuses),
      lastIpAddress: fc.constantFrom('10.0.0.1', 'FE80::1', 'fe80::1'),
      aadDeviceId: fc.constantFrom('80fe8ff8-2624-418e-9591-41f0491218f9', '80FE8FF8-2624-418E-9591-41F0491218F9', 'x'),
      rbacGroupId: anyText,
      machineTags: fc.constantFrom(['FINANCE'], ['finance', 'x']),
      machineTagStartsWith: fc.constantFrom('FIN', 'x'),
      isExcluded: fc.boolean(),
      lastSeenAfter: anyTime,
      lastSeenBefore: anyTime,
    },
    wire: {
      computerDnsName: texts('fin-1.contoso.com', 'finance-2.contoso.com', 'Fin-1.contoso.com', 'fIN-1.Contoso.com'),
      osPlatform: texts('Windows11'),
      healthStatus: words(healthStatusWords),
      riskScore: words(riskScoreWords),
      exposureLevel: words(exposureLevelWords),
      deviceValue: words(deviceValueWords),
      onboardingStatus: texts('Onboarded', 'CanBeOnboarded'),
      lastIpAddress: texts('10.0.0.1', 'fe80::1'),
      aadDeviceId: guids,
      rbacGroupId: numbers,
      lastSeen: times,
    },
  });
});

describe('machine actions', () => {
  prove<MachineActionFilter, MachineAction>({
    name: 'MDE',
    api: 'mde',
    rows: machineActionRows,
    toDomain: (wire) => machineActionFromMde('contoso', { id: 'x', ...wire }),
    filter: {
      actionId: fc.constant(['80fe8ff8-2624-418e-9591-41f0491218f9']),
      machineId: some(['1'.repeat(40), 'A'.repeat(40)]),
      type: some(enums.machineActionTypes),
      status: some(enums.machineActionStatuses),
      requestor: anyText,
      createdAfter: anyTime,
      createdBefore: anyTime,
    },
    wire: {
      machineId: ids,
      type: words(machineActionTypeWords),
      status: words(machineActionStatusWords),
      requestor: texts('Zoe@contoso.com'),
      creationDateTimeUtc: times,
    },
  });
});

/** Every table of words that a filter asks by, whichever lists it. */
const tables = {
  alertStatusWords,
  classificationWords,
  determinationWords,
  incidentStatusWords,
  severityWords,
  serviceSourceWords,
  investigationStateWords,
  healthStatusWords,
  riskScoreWords,
  exposureLevelWords,
  deviceValueWords,
  machineActionTypeWords,
  machineActionStatusWords,
  antivirusMode: antivirusWords.mode,
  osKind: antivirusWords.osKind,
  scanResult: antivirusWords.scanResult,
  upToDate: antivirusWords.upToDate,
  indicatorType: indicatorWords.type,
  indicatorAction: indicatorWords.action,
  vulnerabilitySeverity: vulnerabilityManagementWords.severity,
  remediationType: vulnerabilityManagementWords.remediationType,
  recommendationStatus: vulnerabilityManagementWords.recommendationStatus,
  remediationTaskStatus: vulnerabilityManagementWords.remediationTaskStatus,
} as const;

const everyTable: readonly (readonly [string, Readonly<Record<string, Words>>])[] = Object.entries(tables);

interface Word {
  readonly word: ODataValue;
}

describe.each(['graph', 'm365d', 'mde'] as const)('R5: words of %s', (api) => {
  test.each(everyTable)('%s: every spelling that means a value passes what is pushed for it', (_, table) => {
    const values = Object.keys(table);
    const fallback = values.includes('UNKNOWN') ? 'UNKNOWN' : 'OTHER';
    const read = readerOf(values, table, fallback);
    const rows: FilterRows<{ word?: readonly string[] }, Word> = {
      word: amongWords(({ word }: Word) => read(word), { [api]: ['word', table] }, fallback),
    };
    const field: ODataField<Word> = { name: 'word', type: 'string', of: ({ word }) => word };
    fc.assert(
      fc.property(some(values), fc.array(words(table).values, { minLength: 1 }), (asked, sent) => {
        const [pushed] = pushedTo(api, { word: asked }, rows).conditions;
        if (pushed === undefined) return;
        const [{ text }, ...others] = pushed.forms;
        const passes = compile(parseFilter(text, { doubleQuotes: false }), () => field);
        const missed = sent.filter((word) => asked.includes(read(word)) && !passes({ word }));
        expect([text, missed]).toEqual([text, []]);
        // A service that refuses some checks words against an enum: of what is printed, or of its own alone.
        const own = values.flatMap((value) => table[value]?.[api] ?? []);
        const printed = [...own, ...values.flatMap((value) => (table[value]?.[api] ? (table[value]?.also ?? []) : []))];
        for (const [place, members] of [printed, own].entries()) {
          const form = others[place] ?? others.at(-1);
          if (form === undefined) return;
          const strict: ODataField<Word> = { ...field, type: 'enum', members };
          const takes = compile(parseFilter(form.text, { doubleQuotes: false }), () => strict);
          const meant = members.filter((word) => asked.includes(read(word)));
          expect(members.filter((word) => takes({ word }))).toEqual(
            form.isLoose === true ? expect.arrayContaining(meant) : meant,
          );
        }
      }),
      { numRuns: 200 },
    );
  });
});
