import { type GraphQLObjectType, getNamedType, isObjectType } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { createSchema } from '../../../src/server/schema.ts';
import { readSdl } from '../../../src/server/sdl.ts';
import { expectNoLeak } from '../../support/refusals.ts';
import { keyWith, names, userNames, wholeKey } from './callers.ts';
import { edges, permissionSets } from './edges.ts';
import { tenantsIn, valuesUnder } from './found.ts';
import { startMatrix, warmUp } from './matrix.ts';
import { rules } from './rules.ts';

/** Every field that leads from one entity to another, with and without the permission that it needs itself. */
const matrix = startMatrix(permissionSets);

const schema = createSchema();
const isRoot = (type: GraphQLObjectType): boolean =>
  [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(type);

/** A page of a list is a way to its rows: its own fields are no edges. */
const isPage = ({ name }: GraphQLObjectType): boolean => /(Connection|Edge)$/.test(name) || name.startsWith('__');

const objectTypes = Object.values(schema.getTypeMap()).filter(isObjectType);
const entityNames = new Set(
  objectTypes.filter((type) => type.getInterfaces().some(({ name }) => name === 'Node')).map(({ name }) => name),
);
const fieldsOf = (type: GraphQLObjectType) =>
  Object.values(type.getFields()).map((field) => ({
    name: `${type.name}.${field.name}`,
    leadsTo: getNamedType(field.type).name.replace(/Connection$/, ''),
  }));
const allFields = objectTypes.flatMap(fieldsOf).map(({ name }) => name);
const inner = objectTypes.filter((type) => !isRoot(type) && !isPage(type)).flatMap(fieldsOf);

describe('the edges are those of the schema', () => {
  test.each(inner.filter(({ leadsTo }) => entityNames.has(leadsTo)))('$name has a rule', ({ name }) => {
    expect(Object.keys(edges), `no rule for ${name}`).toContain(name);
  });

  test.each(Object.keys(edges))('the rule of %s has a field', (edge) => {
    expect(allFields).toContain(edge);
  });

  const { costs } = readSdl();
  const asking = [...costs].filter(([, { calls, gathered }]) => calls > 0 || gathered).map(([name]) => name);
  test.each(asking)('%s, which has a price for what it asks, has a rule', (name) => {
    expect([...Object.keys(edges), ...Object.keys(rules)], `no rule for ${name}`).toContain(name);
  });
});

beforeAll(async () => {
  await warmUp(matrix, []);
  const { machines } = matrix.world(names.own);
  const machine = machines.find(
    ({ onboardingStatus, osPlatform }) => onboardingStatus === 'Onboarded' && osPlatform === 'Windows11',
  );
  const answer = await matrix.askWithKey<object>(
    wholeKey,
    `mutation { runLiveResponse(input: {
       tenant: "${names.own}", machineIds: ["${machine?.id}"], comment: "matrix", waitSeconds: 30
       commands: [{ type: RUN_SCRIPT, scriptName: "echo-args.ps1" }, { type: GET_FILE, path: "C:\\\\Windows\\\\setup.log" }]
     }) { results { error { code message } action { status commands { status } } } } }`,
  );
  expect(answer.text).toContain('"status":"SUCCEEDED"');
  const approvalId = await matrix.approvalIn(names.own);
  const approved = await matrix.askWithKey<object>(
    wholeKey,
    `mutation { approveAction(input: { approvalId: "${approvalId}" }) { results { error { code } action { status } } } }`,
  );
  expect(approved.text).toContain('"error":null');
});

describe('an edge leads on for who has its permission, in their own tenant', () => {
  test.each(Object.entries(edges))('%s', async (_, { from, permission, ask }) => {
    const key = keyWith(permission === null ? from : [...from, permission]);
    const { data, errors, text } = await matrix.askWithKey<object>(key, ask(matrix.world(names.own)));
    expect(errors, text).toEqual([]);
    const reached = valuesUnder('edge', data).filter((value) => value !== null);
    expect(reached.length, `no row of the answer has the edge: ${text}`).toBeGreaterThan(0);
    for (const tenant of tenantsIn(data)) expect([names.own, userNames.own]).toContain(tenant);
  });
});

const guarded = Object.entries(edges).filter(([, { permission }]) => permission !== null);

describe('an edge is closed to who has all but its permission, and what is around it stands', () => {
  test.each(guarded)('%s', async (_, { from, permission, refusal, ask }) => {
    const { data, errors, text } = await matrix.askWithKey<object>(keyWith(from), ask(matrix.world(names.own)));
    expectNoLeak(text);
    expect(valuesUnder('edge', data).filter((value) => value !== null)).toEqual([]);
    expect(valuesUnder('edge', data).length, text).toBeGreaterThan(0);
    const codes = errors.map(({ extensions }) => extensions.code);
    expect(new Set(codes)).toEqual(new Set(refusal === 'null' ? [] : ['FORBIDDEN']));
    for (const { message } of errors) expect(message).toContain(`"${permission}"`);
  });
});

test('what an own alert or action says of another tenant leads nowhere, not even for who may see both', async () => {
  const own = matrix.world(names.own);
  const other = matrix.world(names.other);
  const [alert] = own.alerts;
  const [action] = own.actions;
  const [foreign] = other.machines;
  expect([alert, action, foreign]).not.toContain(undefined);
  if (alert === undefined || action === undefined || foreign === undefined) return;
  const evidence = {
    type: 'device',
    machine: foreign,
    createdAt: alert.createdAt,
    verdict: 'unknown',
    remediationStatus: 'none',
    roles: [],
  } as const;
  const planted = { ...alert, id: 'da1000000000_1', machine: foreign, incidentId: other.incidents[0]?.id ?? '' };
  own.alerts.unshift({ ...planted, evidence: [evidence] });
  own.actions.unshift({ ...action, id: '00000000-0000-4000-8000-00000000abcd', machine: foreign });
  matrix.running().simulator.calls.reset();
  const { data } = await matrix.askWithKey<object>(
    wholeKey,
    `{
      alert(tenant: "${names.own}", alertId: "da1000000000_1") {
        machineId edge: machine { id } around: incident { edge: id }
        evidence { ... on DeviceEvidence { edge: machine { id } } }
      }
      machineAction(tenant: "${names.own}", actionId: "00000000-0000-4000-8000-00000000abcd") { machineId edge: machine { id } }
    }`,
  );
  expect(valuesUnder('machineId', data)).toEqual([foreign.id, foreign.id]);
  expect(valuesUnder('edge', data).filter((value) => value !== null)).toEqual([]);
  expect(matrix.running().simulator.calls.list({ tenant: names.other })).toEqual([]);
});
