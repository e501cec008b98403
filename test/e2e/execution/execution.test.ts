import { execute, type GraphQLField, getNamedType, isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { parseConfig } from '../../../src/config/config.ts';
import { type Gateway, startGateway } from '../../../src/gateway.ts';
import { createLog } from '../../../src/log.ts';
import { createExecutor } from '../../../src/server/execution/executor.ts';
import { createSchema } from '../../../src/server/schema.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/index.ts';
import { gatewaySettings } from '../../../src/simulator/settings.ts';
import { type Answer, askGateway } from '../../support/gateway.ts';
import { changedSettings } from '../../support/settings.ts';
import { documentedQueries, type Question } from './documented.ts';
import { createPick, createSelections, isFree } from './random-documents.ts';

const documents = Number(process.env.EXECUTION_DOCUMENTS ?? 150);
const schema = createSchema();
let simulator: Simulator;
let gateway: Gateway;
/** Who answers next. */
let isByPlan = true;
let answeredBy = { plan: 0, graphqlJs: 0 };

beforeAll(async () => {
  const startedMs = Date.now();
  // What tells the time tells both the same.
  simulator = await startSimulator({ profile: 'mild', enforceQuotas: false, now: () => new Date(startedMs) });
  const settings = changedSettings(gatewaySettings(simulator), [
    [['server', 'port'], 0],
    [['limits', 'eventLoopLagMs'], 3_600_000],
    [['limits', 'cost'], 1_000_000],
    [['limits', 'costPerMinute'], 0],
    [['limits', 'upstreamCalls'], 2000],
    [['limits', 'depth'], 30],
  ]);
  const config = await parseConfig(settings, { env: {}, baseDir: process.cwd(), source: 'the test' });
  gateway = await startGateway({
    config,
    log: createLog({ level: 'silent' }),
    caPem: simulator.caPem,
    clock: { ...systemClock, now: () => startedMs },
    executorOf: (served) => {
      const byPlan = createExecutor(served);
      return (asked) => {
        answeredBy[isByPlan ? 'plan' : 'graphqlJs'] += 1;
        if (isByPlan) return byPlan(asked);
        const { document, operationName = null, variables = null, context } = asked;
        return Promise.resolve(
          execute({ schema: served, document, operationName, variableValues: variables, contextValue: context }),
        );
      };
    },
  });
});
afterAll(async () => {
  await gateway.stop(2000);
  await simulator.stop();
});

const ask = ({ query, variables }: Question) =>
  askGateway<Record<string, unknown> | null>(gateway.url, query, variables);

/** An answer without its cursors, which are enciphered anew each time. */
const told = (text: string): string => text.replaceAll(/"v2\.[^"]+"/g, '"cursor"');

/** What one text says from where another one differs. */
const partOf = (text = '', other = ''): string => {
  const from = [...text].findIndex((letter, place) => letter !== other[place]);
  return text.slice(Math.max(0, from - 100), from + 200);
};

/** Asks on both ways, and compares status and text of the answers. */
const compare = async (question: Question): Promise<Answer<Record<string, unknown> | null>> => {
  answeredBy = { plan: 0, graphqlJs: 0 };
  isByPlan = true;
  const ours = await ask(question);
  isByPlan = false;
  const theirs = await ask(question);
  const [left, right] = [ours.text, theirs.text].map(told);
  // Not the whole answers, which are long: where they part.
  if (left !== right) expect(partOf(left, right), question.query).toBe(partOf(right, left));
  expect(ours.status).toBe(theirs.status);
  expect(answeredBy.plan).toBe(answeredBy.graphqlJs);
  return ours;
};

test('documented queries are answered by plans as by graphql-js', async () => {
  const queries = documentedQueries(simulator);
  for (const question of queries) await compare(question);
  expect(queries.length).toBeGreaterThan(80);
});

const roots = Object.values(schema.getQueryType()?.getFields() ?? {});

const isList = ({ args }: GraphQLField<unknown, unknown>): boolean => args.some(({ name }) => name === 'first');

/** The type of the rows of a list. */
const rowsOf = (field: GraphQLField<unknown, unknown>): string | undefined => {
  const type = getNamedType(field.type);
  const nodes = isObjectType(type) ? type.getFields().nodes : undefined;
  return nodes === undefined ? undefined : getNamedType(nodes.type).name;
};

const particular: Readonly<Record<string, string>> = {
  tenant: '(name: "contoso")',
  tenantSignIn: '(tenant: "contoso")',
  ipAddress: '(tenant: "contoso", address: "198.51.100.9")',
  domain: '(tenant: "contoso", name: "cdn.fourth-coffee-files.example")',
  url: '(tenant: "contoso", url: "http://198.51.100.9/kw")',
  hunt: '(input: { query: "DeviceInfo | take 3", maxRows: 2 })',
};

/** Arguments of the fields of the root that can be asked: of look-ups, an id of the list of that type, and one that is not there. */
const rootsWithArguments = async () => {
  const askable: (readonly [field: GraphQLField<unknown, unknown>, given: string])[] = [];
  for (const field of roots) {
    const own = particular[field.name];
    if (own !== undefined) askable.push([field, own]);
    else if (field.args.some(({ name }) => name === 'by')) askable.push([field, '(by: TENANT, perTenant: true)']);
    else if (isFree(field)) askable.push([field, isList(field) ? '(first: 3)' : '']);
    const id = field.args.find(({ name }) => name !== 'tenant')?.name;
    const list = roots.find((other) => isList(other) && isFree(other) && rowsOf(other) === String(field.type));
    if (field.args.length !== 2 || id === undefined || list === undefined) continue;
    const found = await ask({ query: `{ ${list.name}(first: 1, tenants: ["contoso"]) { nodes { ${id} } } }` });
    const named = new RegExp(`"${id}":("(?:[^"\\\\]|\\\\.)*")`).exec(found.text)?.[1];
    if (named !== undefined) askable.push([field, `(tenant: "contoso", ${id}: ${named})`]);
    askable.push([field, `(tenant: "contoso", ${id}: "nobody")`]);
  }
  return askable;
};

test('random documents are answered by plans as by graphql-js', async () => {
  const pick = createPick(20_261_128);
  const selectionOf = createSelections(schema, pick);
  const askable = await rootsWithArguments();
  expect(askable.length).toBeGreaterThan(60);
  const counted = { answered: 0, partly: 0, refused: 0 };
  for (let number = 0; number < documents; number += 1) {
    const [field, given] = askable[number < askable.length ? number : pick(askable.length)] ?? [];
    if (field === undefined) continue;
    const query = `query ($yes: Boolean = true, $no: Boolean = false) { __typename @include(if: $yes) @skip(if: $no)
      ${field.name}${given} ${selectionOf(field, 1 + pick(3))} }`;
    const variables = pick(4) === 0 ? { yes: false, no: true } : {};
    const { data, errors } = await compare({ query, variables });
    counted[data == null ? 'refused' : errors.length > 0 ? 'partly' : 'answered'] += 1;
  }
  // It would be no comparison if most were refused before they ran.
  expect(counted.answered).toBeGreaterThan(documents / 2);
  expect(counted.partly).toBeGreaterThan(10);
});
