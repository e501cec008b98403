import { expect, test } from 'vitest';
import { measureDistance } from '../redis-distance/measure.ts';

/** What goes to Redis, in its order; times are told along with other answers, and a mark is asked for beside a read that does not wait for it. */
const asked = (commands: readonly string[]): readonly string[] =>
  commands
    .map((command) => command.replace(/^\d+ ms /, '').replace(/:[^ ]*$/, ''))
    .filter((one) => one !== 'TIME ' && one !== 'GET read-generations')
    // A rate asks for one window or for two, at once.
    .filter((one, place, all) => !/rate|budget/.test(one) || one !== all[place - 1]);

test('D3: an action over a far Redis asks it for no more than it needs, the intent before it is sent and the audit too', async () => {
  const [plain, keyed, repeat] = (await measureDistance(30)).map(({ commands }) => asked(commands));
  const rates = ['EVAL rate'];
  // What is kept of the tenant is from before: told at the send, at its answer and at the end.
  const changed = 'SET read-generations';
  const done = [
    // The machine is read before it is changed.
    'EVAL quotas',
    ...['EVAL audit-budget', 'SET journal', 'EVAL {audit}'],
    // What it sets is noted while it is sent.
    'SET recent-states',
    ...[changed, 'EVAL quotas', changed, 'EVAL {audit}', changed],
  ];
  expect(plain).toEqual([...rates, ...done, 'UNLINK journal']);
  expect(keyed).toEqual([
    ...rates,
    ...['GET idempotency', 'SET idempotency-lease', 'GET idempotency', 'GET store-marker', 'SET idempotency'],
    // A Redis that loses the key at a fail-over loses this count too.
    'EVAL store-marker',
    ...done,
    ...['SET idempotency-target', 'UNLINK journal', 'EVAL idempotency-lease'],
  ]);
  expect(repeat).toEqual([
    ...rates,
    ...['GET idempotency', 'SET idempotency-lease', 'GET idempotency', 'GET idempotency-target'],
    ...['EVAL quotas', 'EVAL idempotency-lease'],
  ]);
});
