import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Given, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';
import { apply, domain, perform } from '../indicators/ask.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn(2);
});
afterAll(() => standIn.stop());

const over = '2020-01-01T00:00:00Z';
const listed = (id: number, indicatorValue: string, expirationTime: string | null) => ({
  ...{ id, indicatorValue, indicatorType: 'DomainName', action: 'Block', title: 'Bad', description: 'Seen in a case' },
  ...{ expirationTime, rbacGroupNames: [], application: 'defender-gateway: ended' },
});

/** A service that lists indicators beyond their end, and what it was sent. */
const tenantWith = (rows: readonly ReturnType<typeof listed>[]) =>
  standIn.tenant(({ method, query, body }): Given => {
    if (method === 'POST') return { body: { ...JSON.parse(body), id: 900_000 } };
    const skip = Number(query.get('$skip') ?? 0);
    return { body: { value: rows.slice(skip, skip + Number(query.get('$top') ?? 10_000)) } };
  });

test('F: an indicator that has ended is not as a set wants it, and does not keep its end', async () => {
  const { name, asked } = tenantWith([listed(1, 'over.example', over), listed(2, 'there.example', null)]);
  const indicators = [domain('over.example'), domain('there.example')];
  const [told] = await apply(standIn.running, { set: 'ended', tenants: [name], indicators });
  expect(told).toMatchObject({ added: 1, unchanged: 1, active: 1, outcome: 'DONE' });
  const sent = asked.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body));
  expect(sent).toMatchObject([{ indicatorValue: 'over.example', expirationTime: null }]);
});

test('F: indicators that have ended do not count among the 15,000', async () => {
  const rows = Array.from({ length: 15_000 }, (_, index) =>
    listed(index, `n${index}.example`, index < 3 ? over : null),
  );
  const { name } = tenantWith(rows);
  const make = (count: number) =>
    perform(standIn.running, 'createIndicators', {
      tenant: name,
      indicators: Array.from({ length: count }, (_, index) => domain(`new-${index}.example`)),
      dryRun: true,
    });
  expect((await make(3)).map(({ error }) => error)).toEqual([null, null, null]);
  expect((await make(4))[0]?.error).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('14997') });
});
