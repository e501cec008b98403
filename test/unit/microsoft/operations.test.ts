import { existsSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { graph } from '../../../src/microsoft/graph/index.ts';
import { m365d } from '../../../src/microsoft/m365d/index.ts';
import { mde } from '../../../src/microsoft/mde/index.ts';
import type { Fact, Operations, PathParams } from '../../../src/microsoft/operation.ts';
import { isRecord } from '../../../src/upstream/http/shape.ts';
import { odataOf } from '../../contract/operations/contract.ts';

const folder = new URL('../../../../shared/reference/', import.meta.url);
const present = existsSync(folder);
if (!present)
  process.stdout.write('Skipped: the operations are compared with ../shared/reference, which is not here\n');

type Entry = Readonly<Record<string, unknown>>;

const record = (value: unknown): Entry => (isRecord(value) ? value : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const documented = (api: string): readonly Entry[] =>
  present ? list(JSON.parse(readFileSync(new URL(`${api}-operations.json`, folder), 'utf8'))).map(record) : [];

const apis: Readonly<Record<string, Operations>> = { mde, m365d, graph };
const rows = Object.entries(apis).flatMap(([api, facts]) => {
  const entries = new Map(documented(api).map((entry) => [entry.id, entry]));
  return Object.entries(facts).map(([name, fact]) => {
    const entry = entries.get(api === 'graph' ? fact.id : name);
    return { id: fact.id, name, fact, entry };
  });
});

/** The keys of a documented body: MDE's and M365D's are rows, Graph's an object of them. */
const bodyOf = ({ body }: Entry): Readonly<Record<string, 'needed' | 'optional'>> => {
  const word = (each: unknown) => (record(each).required === true ? 'needed' : 'optional');
  return Object.fromEntries(
    Array.isArray(body)
      ? body.map((each): [string, 'needed' | 'optional'] => [String(record(each).name), word(each)])
      : Object.entries(record(record(body).fields)).map(([name, each]) => [name, word(each)]),
  );
};

/** What both sides say, in one form; `undefined` where the page says nothing. */
const comparisons: Readonly<Record<string, (fact: Fact, entry: Entry) => readonly [ours: unknown, theirs: unknown]>> = {
  method: (fact, { method }) => [fact.method, method],
  path: (fact, { path, version }) => [fact.path, version === undefined ? path : `/${version}${path}`],
  'application permissions': (fact, { permissions }) => [
    fact.permissions.toSorted(),
    list(record(permissions).application).toSorted(),
  ],
  'delegated permissions': (fact, { permissions }) => [
    fact.delegated.toSorted(),
    // Some pages print the application's alone.
    list(record(permissions).delegated ?? fact.delegated).toSorted(),
  ],
  // Run time is printed on the page, not in its table of calls.
  quota: ({ quota: { perMinute: minute, perHour: hour } }, { rateLimit }) => {
    const { perMinute, callsPerMinute, perHour } = record(rateLimit);
    return [
      { perMinute: minute, perHour: hour },
      { perMinute: perMinute ?? callsPerMinute ?? null, perHour: perHour ?? null },
    ];
  },
  filterable: ({ filter }, { query }) => [Object.keys(filter ?? {}), record(query).filterable ?? []],
  // Of lists alone: the sub-collections of a machine are counted by an operation of their own.
  $count: ({ counts, api }, { query }) => [
    counts ?? false,
    api === 'graph' && [...list(record(query).options)].includes('$count'),
  ],
  'largest $top': ({ maxTop }, { query }) => [maxTop ?? null, record(query).maxTop ?? null],
  body: ({ body = {} }, entry) => [body, bodyOf(entry)],
  // Graph's pages say more than we send.
  'query of OData': (fact, { query }) => [
    fact.api === 'graph' ? [] : odataOf(fact).toSorted(),
    fact.api === 'graph' ? [] : list(record(query).odata).toSorted(),
  ],
  'query that is not of OData': ({ query = [] }, entry) => [
    query.toSorted(),
    list(record(entry.query).params)
      .map((each) => String(record(each).name))
      // `$top` ends the paging of an export.
      .filter((name) => !name.startsWith('$'))
      .toSorted(),
  ],
  collection: ({ pages }, { success }) => [pages !== undefined, record(success).collection],
  paging: ({ pages = 'once' }, { success }) => {
    const { paging } = record(success);
    return [pages, paging === 'skip' ? 'skip' : /nextLink/.test(String(paging)) ? 'link' : 'once'];
  },
  page: ({ doc }, entry) => [doc, String(entry.doc).split('/').at(-1)],
};

describe.skipIf(!present)('a row says what the reference says, or why not', () => {
  test.each(rows)('$id', ({ id, fact, entry }) => {
    expect(entry, `${id} is documented`).toBeDefined();
    const differing = Object.entries(comparisons).flatMap(([what, compare]) => {
      const [ours, theirs] = compare(fact, record(entry));
      return isDeepStrictEqual(ours, theirs) ? [] : [{ what, ours, theirs }];
    });
    if (fact.differs === undefined) expect(differing).toEqual([]);
    else expect(differing).not.toEqual([]);
  });
});

describe.skipIf(!present)('every documented operation has a row', () => {
  test.each(['mde', 'm365d'])('%s', (api) => {
    const ours = new Set(rows.map(({ id }) => id));
    expect(
      documented(api)
        .map(({ id }) => `${api}.${id}`)
        .filter((id) => !ours.has(id)),
    ).toEqual([]);
  });
});

test('names are unique: no area hides a row of another', () => {
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  expect(rows.length).toBeGreaterThan(120);
});

describe('R7: what a delegated sign-in is told to grant', () => {
  test.each([
    ['mde.getMachine', ['Machine.Read', 'Machine.ReadWrite']],
    ['mde.getFile', ['File.Read.All']],
    ['mde.listRemediationTasks', ['RemediationTask.Read']],
    ['mde.listIndicators', ['Ti.ReadWrite']],
    ['mde.getLiveResponseResultDownloadLink', ['Machine.LiveResponse']],
    ['m365d.runAdvancedHunting', ['AdvancedHunting.Read']],
    ['graph.incidents.update', ['SecurityIncident.ReadWrite.All']],
  ])('%s: %j', (id, delegated) => {
    expect(rows.find((row) => row.id === id)?.fact.delegated).toEqual(delegated);
  });
});

test('parameters of a path are typed, and so are the properties of a filter', () => {
  expectTypeOf<PathParams<'/api/machines/{id}/alerts'>>().toEqualTypeOf<{ readonly id: string }>();
  expectTypeOf<PathParams<"/find(timestamp={timestamp},key='{ip}')">>().toEqualTypeOf<{
    readonly timestamp: string;
    readonly ip: string;
  }>();
  expectTypeOf(mde.getVulnerability.path).toEqualTypeOf<'/api/vulnerabilities/{cveId}'>();
  expectTypeOf<keyof NonNullable<typeof m365d.listIncidents.filter>>().toEqualTypeOf<
    'lastUpdateTime' | 'createdTime' | 'status' | 'assignedTo'
  >();
});
