import { expect, test } from 'vitest';
import { soakFaults } from '../soak/faults.ts';
import { runSoak } from '../soak/run.ts';

/** All of them, and for minutes: `npm run soak`. */
const some = ["a proxy's page", 'Redis partitioned', 'half-sent'];

test('D1, D3: under mixed load with faults in turn each answer is right or told, and nothing grows', async () => {
  const isSome = ({ name }: { readonly name: string }): boolean => some.some((word) => name.includes(word));
  const { rows, faults } = await runSoak({ faultMs: 1500, rounds: 1, only: isSome });
  expect(faults).toEqual([]);
  expect(rows.map(({ fault }) => fault)).toEqual(soakFaults.filter(isSome).map(({ name }) => name));
  const [page, partitioned] = rows;
  expect(Object.keys(page?.kinds.incidents?.outcomes ?? {})).toContain('UPSTREAM_REJECTED');
  expect(Object.keys(partitioned?.kinds['act with a key']?.outcomes ?? {})).toContain('INTERNAL');
  expect(Object.keys(partitioned?.kinds['/healthz']?.outcomes ?? {})).toEqual(['200']);
}, 120_000);
