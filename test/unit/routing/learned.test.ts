import { expect, test } from 'vitest';
import { createLearned, type FactPlace } from '../../../src/routing/learned.ts';
import { tenantNamed } from '../../support/tenant.ts';

const place: FactPlace = { tenant: tenantNamed('contoso'), api: 'mde', operation: 'mde.listMachines', fact: 'idForm' };

test('R6: what was learned lives for ten minutes from when it was news, is logged once and counted', () => {
  let now = 0;
  const logged: string[] = [];
  const known: number[] = [];
  const learned = createLearned({
    clock: { now: () => now },
    log: { info: (message) => logged.push(message) },
    report: ({ known: count }) => known.push(count),
  });
  expect(learned.recall(place)).toBeUndefined();
  expect(learned.note(place, '1')).toBe(true);
  now = 9 * 60_000;
  expect(learned.note(place, '1')).toBe(false);
  expect(learned.recall(place)).toBe('1');
  expect(learned.recall({ ...place, tenant: tenantNamed('fabrikam') })).toBeUndefined();
  learned.note({ ...place, tenant: tenantNamed('fabrikam') }, '2');
  now = 10 * 60_000;
  expect(learned.recall(place)).toBeUndefined();
  expect(logged).toHaveLength(2);
  expect(known).toEqual([1, 2, 1]);
});

test('X1: what was found out of a tenant is not believed of another that has its name', () => {
  const learned = createLearned({ clock: { now: () => 0 } });
  const other = { ...place, tenant: { ...tenantNamed('contoso'), tenantId: '33333333-3333-4333-8333-333333333333' } };
  learned.note(place, '1');
  expect(learned.recall(other)).toBeUndefined();
  // It was on its way when the name was given away.
  learned.note(place, '2');
  expect([learned.recall(other), learned.recall(place)]).toEqual([undefined, '2']);
});
