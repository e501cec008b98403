import {
  type GraphQLArgument,
  getIntrospectionQuery,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSchema } from '../../../src/server/schema.ts';
import { keyHeader } from '../../support/keys.ts';
import { sendHalves } from './half-sent.ts';
import { type Lab, startLab } from './lab.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
  await lab.ask('reader', '{ incidents(first: 20) { nodes { title alerts { nodes { title } } } } }');
}, 60_000);
afterAll(() => lab.stop());

/** What is promised is 100 ms; a machine that runs other tests beside takes its share. */
const slowestMs = 5000;
const peakMb = 400;
const thirty = Array.from({ length: 30 }, (_, at) => at);

interface Place {
  readonly operation: 'query' | 'mutation';
  readonly field: string;
  readonly argument: GraphQLArgument;
  /** What else the field has to be given. */
  readonly given: string;
}

/** Enums that a field asks for, by their first word; inputs are what is tested. */
const givenTo = (args: readonly GraphQLArgument[]): string =>
  args
    .filter(isRequiredArgument)
    .flatMap(({ name, type }) => {
      const of = getNamedType(type);
      return isEnumType(of) ? [`${name}: ${of.getValues()[0]?.name}, `] : [];
    })
    .join('');

/** Every argument of a root field that takes an input object. */
const places = (): readonly Place[] => {
  const schema = createSchema();
  const of = (operation: Place['operation'], type: unknown): readonly Place[] =>
    isObjectType(type)
      ? Object.values(type.getFields()).flatMap(({ name: field, args }) =>
          args
            .filter((argument) => isInputObjectType(getNamedType(argument.type)))
            .map((argument) => ({ operation, field, argument, given: givenTo(args) })),
        )
      : [];
  return [...of('query', schema.getQueryType()), ...of('mutation', schema.getMutationType())];
};

/** A value of the argument's type, each field of which is a list of wrong values, so many in all. */
const wrong = ({ type }: GraphQLArgument, values: number): Readonly<Record<string, unknown>> => {
  const input = getNamedType(type);
  const fields = isInputObjectType(input) ? Object.keys(input.getFields()) : [];
  return Object.fromEntries(
    fields.map((field) => [field, Array.from({ length: Math.floor(values / fields.length) }, () => ({}))]),
  );
};

const bodyOf = ({ operation, field, argument, given }: Place, values: number): string =>
  JSON.stringify({
    query: `${operation} ($a: ${argument.type}) { ${field}(${given}${argument.name}: $a) { __typename } }`,
    variables: { a: wrong(argument, values) },
  });

describe('D1: values of variables', () => {
  test('D1: each input full of wrong values is refused at the first, and holds nobody up', async () => {
    const seen = await lab.watched(async () => {
      for (const place of places()) {
        const { status, text } = await lab.post('reader', bodyOf(place, 9000));
        expect(status, text.slice(0, 200)).toBe(400);
        const { errors } = JSON.parse(text);
        expect(errors, place.field).toHaveLength(1);
        expect(errors[0].extensions.code).toBe('BAD_USER_INPUT');
      }
    });
    expect(seen.slowestMs).toBeLessThan(slowestMs);
    expect(seen.peakMb).toBeLessThan(peakMb);
  }, 60_000);

  test('D1: more than limits.values are counted before anything looks at them', async () => {
    const query = 'query ($a: MachineActionFilter) { machineActions(filter: $a) { nodes { id } } }';
    const body = JSON.stringify({ query, variables: { a: { type: Array.from({ length: 450_000 }, () => 1) } } });
    const seen = await lab.watched(async () => {
      for (const each of [
        body,
        `[${body}]`,
        JSON.stringify({ query: '{ viewer { name } }', extensions: JSON.parse(body) }),
      ]) {
        const { status, text } = await lab.post('reader', each);
        expect({ status, text }).toMatchObject({
          status: 400,
          text: expect.stringMatching(/more than 20000 values \(limits\.values\).*QUERY_TOO_EXPENSIVE/),
        });
      }
    });
    expect(seen.slowestMs).toBeLessThan(slowestMs);
    expect(seen.peakMb).toBeLessThan(peakMb);
  });
});

describe('D1: the schema', () => {
  const whole = getIntrospectionQuery();
  const aliased = `{ ${thirty.map((at) => `a${at}: __schema { types { name fields { name args { name } } } }`).join(' ')} }`;

  test('D1: is read once a request, whichever way it is asked for', async () => {
    const seen = await lab.watched(async () => {
      expect((await lab.ask('reader', whole)).errors).toEqual([]);
      expect((await lab.ask('reader', aliased)).errors).toMatchObject([
        { extensions: { code: 'QUERY_TOO_EXPENSIVE' }, message: expect.stringMatching(/objects of the schema/) },
      ]);
      const { text } = await lab.post('reader', JSON.stringify(Array.from({ length: 3 }, () => ({ query: whole }))));
      const answers: readonly { readonly data?: unknown }[] = JSON.parse(text);
      expect(answers.filter(({ data }) => data !== undefined)).toHaveLength(1);
    });
    expect(seen.slowestMs).toBeLessThan(slowestMs);
    expect(seen.peakMb).toBeLessThan(peakMb);
  });

  test('D1: the documents of a batch share limits.tokens', async () => {
    const query = `{ viewer { ${'name '.repeat(2000)} } }`;
    const { status, text } = await lab.post('reader', JSON.stringify([{ query }, { query }, { query }]));
    expect({ status, text }).toMatchObject({ status: 400, text: expect.stringMatching(/5000 tokens together/) });
  });
});

test('D1: the deepest question holds nobody up', async () => {
  const query = `{ incidents(first: 200) { nodes { title
    alerts(first: 20) { nodes { title evidence { __typename createdAt } machine { computerDnsName } } }
    machines(first: 5) { nodes { computerDnsName } } } } }`;
  const seen = await lab.watched(async () => {
    expect((await lab.ask('reader', query)).status).toBe(200);
  });
  expect(seen.slowestMs).toBeLessThan(slowestMs);
  expect(seen.peakMb).toBeLessThan(peakMb);
});

test('D1: a hunting query is priced by maxRows and tenants, before it is run', async () => {
  lab.simulator.calls.reset();
  const hunts = thirty.map((at) => `a${at}: hunt(input: { query: "DeviceInfo", maxRows: 100000 }) { rowCount }`);
  const { errors } = await lab.ask('hunter', `{ ${hunts.join(' ')} }`);
  expect(errors).toMatchObject([{ message: expect.stringMatching(/a cost of 600600/) }]);
  expect(lab.simulator.calls.count()).toBe(0);
});

describe('D1: bodies that are not sent to their end', () => {
  test('D1: of callers without a credential are not read', async () => {
    const before = await lab.rssMb();
    const halves = await sendHalves(lab.url, { count: 1000, sentBytes: 500_000 });
    await expect.poll(() => halves.statuses()['401'] ?? 0, { timeout: 20_000 }).toBeGreaterThan(900);
    const grown = (await lab.rssMb()) - before;
    halves.end();
    expect(Object.keys(halves.statuses())).toEqual(['401']);
    expect(grown).toBeLessThan(80);
  }, 60_000);

  test('D1: that hold a file may be larger, of who may write to a library', async () => {
    const body = JSON.stringify({ query: `{ viewer { name } } #${'x'.repeat(2_000_000)}` });
    const statusOf = async (caller: 'reader' | 'librarian', headers = {}) =>
      (await lab.post(caller, body, headers)).status;
    const upload = { 'x-gateway-upload': '1' };
    expect(await statusOf('librarian')).toBe(413);
    expect(await statusOf('reader', upload)).toBe(413);
    expect(await statusOf('librarian', upload)).toBe(200);
  });

  test('D1: of two files at once of one caller, one is done and the other told when to ask again', async () => {
    const query = `mutation ($input: UploadLibraryFileInput!) {
      uploadLibraryFile(input: $input) { results { outcome } } }`;
    const contentBase64 = Buffer.alloc(15 * 1024 * 1024, 'abc').toString('base64');
    const upload = (fileName: string) =>
      lab.post(
        'librarian',
        JSON.stringify({ query, variables: { input: { tenant: 'contoso', fileName, contentBase64 } } }),
        { 'x-gateway-upload': '1' },
      );
    const both = await Promise.all([upload('one.ps1'), upload('two.ps1')]);
    const [done, refused] = both.sort((a, b) => a.status - b.status);
    expect(done).toMatchObject({ status: 200, text: expect.stringContaining('"DONE"') });
    expect(refused?.headers.get('retry-after')).toBe('5');
    expect(refused).toMatchObject({
      status: 503,
      text: expect.stringMatching(/bodies of this caller are under way and leave no room.*"retryAfterSeconds":5/),
    });
    expect(await upload('three.ps1')).toMatchObject({ status: 200, text: expect.stringContaining('"DONE"') });
  }, 60_000);

  test('D1: of one caller take a quarter of the budget, and others are answered meanwhile', async () => {
    const halves = await sendHalves(lab.url, { count: 60, sentBytes: 500_000, headers: keyHeader('reader') });
    await expect.poll(() => halves.statuses()['503'] ?? 0, { timeout: 20_000 }).toBeGreaterThan(20);
    const small = await lab.ask('reader', '{ viewer { name } }');
    const large = await lab.post('responder', JSON.stringify({ query: `{ viewer { name } } #${'x'.repeat(500_000)}` }));
    const refused = await lab.post('reader', JSON.stringify({ query: `{ viewer { name } } #${'x'.repeat(900_000)}` }));
    halves.end();
    expect([small.status, large.status]).toEqual([200, 200]);
    expect(refused).toMatchObject({ status: 503, text: expect.stringMatching(/OVERLOADED/) });
    expect(refused.headers.get('retry-after')).toBe('5');
    await expect
      .poll(
        async () =>
          (await lab.post('reader', JSON.stringify({ query: `{ viewer { name } } #${'x'.repeat(900_000)}` }))).status,
      )
      .toBe(200);
  }, 60_000);
});
