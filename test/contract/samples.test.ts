import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isRecord } from '../../src/upstream/http/shape.ts';
import { urlOf } from '../../src/upstream/http/url.ts';
import { lossOf } from './loss.ts';
import { type SampleRow, sampleRows } from './sample-rows.ts';

/**
 * Microsoft's printed examples, which are not ours to keep: they are read from beside the checkout where they lie there. The
 * shapes of `test/fixtures` are tested always.
 */
const folder = new URL('../../../shared/reference/', import.meta.url);
const files = { mde: 'mde-samples.json', graph: 'graph-samples.json' } as const;
const isThere = Object.values(files).every((file) => existsSync(new URL(file, folder)));

const load = (file: string): Readonly<Record<string, unknown>> => {
  const samples: unknown = isThere ? JSON.parse(readFileSync(new URL(file, folder), 'utf8')) : {};
  return isRecord(samples) ? samples : {};
};

const samples = { mde: load(files.mde), graph: load(files.graph) };

/** Graph's samples are lists under the operation, each with a name; MDE's are one a key. */
const find = (row: SampleRow): Readonly<Record<string, unknown>> => {
  const entry = samples[row.file][row.key];
  const sample: unknown = Array.isArray(entry) ? entry.find((each) => isRecord(each) && each.name === row.name) : entry;
  if (isRecord(sample)) return sample;
  throw new Error(`There is no sample ${row.name} of ${row.key}`);
};

const parametersOf = (url: URL) => Object.fromEntries([...url.searchParams].sort());

const pathOf = (url: URL, row: SampleRow) => {
  const path = decodeURIComponent(url.pathname);
  return row.pathVaries ? path.toLowerCase().replace(/^\/(api|testwdatppreview)(?=\/)|\/$/g, '') : path;
};

describe.skipIf(!isThere)('Microsoft’s printed examples', () => {
  test.each(sampleRows.map((row) => [row.name, row] as const))('%s: asked as documented', (_, row) => {
    const { request } = find(row);
    if (!isRecord(request) || typeof request.url !== 'string') throw new Error(`${row.name} prints no request`);
    const documented = new URL(request.url);
    const ours = new URL(urlOf(documented.origin, row.operation));
    expect(row.operation.method).toBe(request.method);
    expect(pathOf(ours, row)).toBe(pathOf(documented, row));
    expect(parametersOf(ours)).toEqual(parametersOf(documented));
    if (request.body !== undefined) expect(row.operation.body).toEqual(request.body);
  });

  const ours = new Set(sampleRows.map(({ operation }) => operation.id));

  test('all are compared: of Graph those of the operations that we have', () => {
    const compared = new Set(sampleRows.map(({ file, key, name }) => `${file} ${key} ${name}`));
    const printed = [
      ...Object.keys(samples.mde).map((key) => `mde ${key} ${key}`),
      ...Object.entries(samples.graph)
        .filter(([key]) => ours.has(key))
        .flatMap(([key, list]) => (Array.isArray(list) ? list : []).map(({ name }) => `graph ${key} ${name}`)),
    ];
    expect(printed.filter((sample) => !compared.has(sample))).toEqual([]);
  });

  const answered = sampleRows.filter((row) => row.read !== undefined);
  test.each(answered.map((row) => [row.name, row] as const))('%s: answer read without loss', (_, row) => {
    const { response } = find(row);
    if (!isRecord(response)) throw new Error(`${row.name} prints no answer`);
    const body: unknown = structuredClone(response.body);
    expect(lossOf(response.body, row.read?.(body))).toEqual([]);
  });
});

if (!isThere) {
  test.skip('Microsoft’s printed examples: not beside this checkout (../shared/reference), so nothing was compared', () => {});
}

describe('the check for loss', () => {
  test('finds a value that is nowhere in what was read', () => {
    expect(lossOf({ title: 'kept', category: 'lost' }, { name: 'kept' })).toEqual(['category: lost']);
  });

  test('takes our spelling of an enum word and a number as text for the same value', () => {
    expect(lossOf({ status: 'InProgress', id: 5 }, { status: 'IN_PROGRESS', id: '5' })).toEqual([]);
  });
});
