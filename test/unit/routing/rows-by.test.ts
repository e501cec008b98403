import { afterEach, describe, expect, test } from 'vitest';
import { createLearned } from '../../../src/routing/learned.ts';
import { readMachineVulnerabilities } from '../../../src/routing/machine-vulnerabilities.ts';
import { answer, startUpstream, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream | undefined;
afterEach(() => upstream?.stop());

type Form = 'double' | 'single' | 'chain';

const formOf = (filter: string): Form =>
  filter.includes(' in ("') ? 'double' : filter.includes(" in ('") ? 'single' : 'chain';

const machineIds = Array.from({ length: 100 }, (_, index) => index.toString(16).padStart(40, '0'));
const [first = ''] = machineIds;

/** A collection with one weakness a machine, but none on the last; `forms`: how it takes each form. */
const start = async (
  forms: Readonly<Record<Form, 'taken' | 'refused' | 'overlooked' | 'broken'>>,
): Promise<Upstream> => {
  upstream = await startUpstream((url, response) => {
    const filter = url.searchParams.get('$filter') ?? '';
    const form = forms[formOf(filter)];
    if (form === 'refused') return answer(response, 400, { error: { code: 'BadRequest', message: 'Invalid filter' } });
    // One value alone is plain OData.
    if (form === 'broken' && (filter.match(/[0-9a-f]{40}/g) ?? []).length > 1)
      return answer(response, 500, { error: { code: 'Oops', message: 'no' } });
    const asked = machineIds.slice(0, -1).filter((id) => filter.includes(id));
    const left = asked.slice(Number(url.searchParams.get('$skip') ?? 0));
    const value = form === 'taken' ? left.map((id) => ({ id, machineId: id, cveId: 'CVE-2026-1000' })) : [];
    return answer(response, 200, { value });
  });
  return upstream;
};

const read = async (
  { send, tenant, scope }: Upstream,
  ids: readonly string[],
  learned = createLearned({ clock: { now: () => 0 } }),
) => {
  const parts = { send, learned, idsPerCall: 50 };
  const found = await readMachineVulnerabilities(parts, tenant, 'machineId', ids, scope());
  return ids.map((id) => {
    const rows = found.get(id);
    return rows instanceof Error || rows === undefined ? rows : rows.rows.length;
  });
};

describe('R6: rows by the value of a property', () => {
  test.each([
    ['`in` with double quotes', { double: 'taken', single: 'refused', chain: 'refused' }, 6],
    [
      '`in` with single quotes, where double ones are refused',
      { double: 'refused', single: 'taken', chain: 'taken' },
      7,
    ],
    [
      '`in` with single quotes, where double ones bring nothing',
      { double: 'overlooked', single: 'taken', chain: 'taken' },
      7,
    ],
    ['a chain of `eq`, where lists are refused', { double: 'refused', single: 'refused', chain: 'taken' }, 14],
    ['a chain of `eq`, where the service breaks on lists', { double: 'broken', single: 'broken', chain: 'taken' }, 17],
    ['a chain of `eq`, where lists bring nothing', { double: 'overlooked', single: 'overlooked', chain: 'taken' }, 14],
  ] as const)('%s: every row', async (_, forms, calls) => {
    const server = await start(forms);
    expect(await read(server, machineIds)).toEqual(machineIds.map((_id, index) => (index === 99 ? 0 : 1)));
    expect(server.requests.length).toBeLessThanOrEqual(calls);
  });

  test('what works is remembered', async () => {
    const server = await start({ double: 'refused', single: 'taken', chain: 'taken' });
    const learned = createLearned({ clock: { now: () => 0 } });
    await read(server, machineIds.slice(0, 30), learned);
    server.requests.splice(0);
    await read(server, machineIds.slice(0, 30), learned);
    expect(server.requests.map((path) => path.includes(" in ('"))).toEqual([true, true]);
  });

  test('machines without a weakness have none, in every form', async () => {
    const server = await start({ double: 'overlooked', single: 'overlooked', chain: 'overlooked' });
    expect(await read(server, machineIds.slice(0, 10))).toEqual(Array(10).fill(0));
    expect(server.requests).toHaveLength(3);
  });

  test('one machine is asked for by `eq`', async () => {
    const server = await start({ double: 'refused', single: 'refused', chain: 'taken' });
    expect(await read(server, [first])).toEqual([1]);
    expect(server.requests[0]).toContain(`machineId eq '${first}'`);
  });
});
