import { readFileSync } from 'node:fs';
import { buildSchema, getNamedType, isEnumType, isInterfaceType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { recommendationFromMde } from '../../../src/entities/recommendation.ts';
import { remediationTaskFromMde } from '../../../src/entities/remediation-task.ts';
import { vulnerabilityFromMde } from '../../../src/entities/vulnerability.ts';
import { alertFromGraph, alertFromMde } from '../../../src/unification/alert.ts';
import { readEvidence } from '../../../src/unification/evidence/from-graph.ts';
import { kinds } from '../../../src/unification/evidence/kinds.ts';
import { incidentFromGraph, incidentFromM365d } from '../../../src/unification/incident.ts';
import { machineFromMde } from '../../../src/unification/machine.ts';
import { machineActionFromMde } from '../../../src/unification/machine-action.ts';

const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));

/** Enums of the gateway's own, whose words Microsoft does not send. */
const own = new Set([
  'ActionOutcome',
  'Api',
  'ApprovalState',
  'AuditOutcome',
  'CallerKind',
  'CapabilityState',
  'ChangedType',
  'Cloud',
  'CountMethod',
  'ErrorCode',
  'HuntingParameterType',
  'HuntStatus',
  'IndicatorChangeKind',
  'IsolationState',
  'QueueReason',
  'RestrictedState',
  'SignInKind',
  'TenantSignInStatus',
]);

/** Words that a caller sent, and gets back. */
const ofTheCaller = ['IndicatorResult.indicatorType', 'IndicatorSetChange.indicatorType'];

const enumFields = Object.values(schema.getTypeMap()).flatMap((type) => {
  if (!(isObjectType(type) || isInterfaceType(type)) || type.name.startsWith('__')) return [];
  const fields = type.getFields();
  return Object.values(fields)
    .filter((field) => isEnumType(getNamedType(field.type)) && !own.has(getNamedType(field.type).name))
    .map(({ name }) => ({ at: `${type.name}.${name}`, word: fields[`${name}Name`] }))
    .filter(({ at }) => !ofTheCaller.includes(at));
});

test('R8: every field whose words are Microsoft’s has the word as sent beside it', () => {
  expect(enumFields.length).toBeGreaterThan(20);
  expect(enumFields.filter(({ word }) => word === undefined)).toEqual([]);
});

/** An object in which every property that is not given is the word. */
const filled = <T extends object>(word: string, given: T): T =>
  new Proxy(given, {
    get: (target, name): unknown => (typeof name === 'string' && !(name in target) ? word : Reflect.get(target, name)),
  });

const tenant = { name: 'contoso', tenantId: 'x', portal: null };
const alertOfM365d = (word: string) => filled(word, { alertId: 'da1', devices: null, entities: null });

/** Whatever is read off Microsoft's answers and has words. */
const readers: readonly (readonly [what: string, read: (word: string) => object])[] = [
  ['alert of Graph', (word) => alertFromGraph(tenant, filled(word, { id: 'da1', comments: null, evidence: null }))],
  [
    'alert of M365D',
    (word) => incidentFromM365d(tenant, { incidentId: 1, alerts: [alertOfM365d(word)] }).alerts?.[0] ?? {},
  ],
  ['alert of MDE', (word) => alertFromMde(tenant, filled(word, { id: 'da1', evidence: null }))],
  ['incident of Graph', (word) => incidentFromGraph(tenant, filled(word, { id: '1', comments: null, alerts: null }))],
  ['incident of M365D', (word) => incidentFromM365d(tenant, filled(word, { incidentId: 1, alerts: null }))],
  ['machine', (word) => machineFromMde('contoso', filled(word, { id: 'x' }))],
  ['machine action', (word) => machineActionFromMde('contoso', filled(word, { id: 'x', commands: null }))],
  [
    'command of a live response',
    (word) => machineActionFromMde('contoso', { id: 'x', commands: [{ command: filled(word, {}) }] }).commands[0] ?? {},
  ],
  ['vulnerability', (word) => vulnerabilityFromMde(tenant, filled(word, { id: 'x' }))],
  ['recommendation', (word) => recommendationFromMde(tenant, filled(word, { id: 'x' }))],
  ['remediation task', (word) => remediationTaskFromMde(tenant, filled(word, { id: 'x' }))],
  ...Object.keys(kinds)
    .filter((kind): kind is keyof typeof kinds => kind in kinds)
    .map(
      (kind) =>
        [kind, (word: string) => readEvidence(kind, { tenant: 'contoso', depth: 0 }, filled(word, {}))] as const,
    ),
];

/** A value of the registry has a name of its own; Defender for Endpoint does not say which service an alert is of. */
const noWords: readonly string[] = ['RegistryValueEvidence.registryValue', 'alert of MDE.serviceSource'];

/** The members of an entity, each with the word as sent. */
const wordsOf = (what: string, entity: object): readonly { readonly word: unknown; readonly sent: unknown }[] => {
  const fields = new Map<string, unknown>(Object.entries(entity));
  return [...fields].flatMap(([key, word]) =>
    fields.has(`${key}Name`) && !noWords.includes(`${what}.${key}`) ? [{ word, sent: fields.get(`${key}Name`) }] : [],
  );
};

test.each(readers)('R8: a word of tomorrow in every enum of: %s', (what, read) => {
  const [one, other] = [wordsOf(what, read('wordOfTomorrow')), wordsOf(what, read('wordOfTheDayAfter'))];
  expect(one.length).toBeGreaterThan(0);
  for (const { sent } of one) expect(sent).toBe('wordOfTomorrow');
  // The member stands for all that is not known; it is the same for every such word, and one of the enum's.
  expect(one.map(({ word }) => word)).toEqual(other.map(({ word }) => word));
  for (const { word } of one) expect(word).toMatch(/^[A-Z][A-Z_]*$/);
});
