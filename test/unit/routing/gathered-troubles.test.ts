import { afterEach, expect, test } from 'vitest';
import type { ReadParts } from '../../../src/entities/entity.ts';
import { createLearned } from '../../../src/routing/learned.ts';
import { giveAll, type Handle, idAt, idsFrom, machinesOf, scopeOf, startMachines } from '../../support/many-callers.ts';
import { answer } from '../../support/upstream.ts';

/** Single reads that go together, with a service that does not do as it did: nobody has less of it than alone. */

let running: Awaited<ReturnType<typeof startMachines>>;
afterEach(() => running.stop());

/** It answers as this one does once it was seen to take filters. */
const startProven = async (handle: Handle, more: Partial<ReadParts> = {}) => {
  let isProven = false;
  running = await startMachines((asked, response) => (isProven ? handle : giveAll)(asked, response), more);
  await running.prove();
  isProven = true;
  return running;
};

const refuse: Handle = (_, response) => answer(response, 400, { error: { code: 'BadRequest' } });

test('a call of several that hangs is waited for a moment, and not tried again', async () => {
  const { asked, readEach } = await startProven((one, response) => {
    if (one.filter === null) giveAll(one, response);
  });
  const since = performance.now();
  expect(await readEach(idsFrom(0, 10))).toEqual(idsFrom(0, 10));
  expect(performance.now() - since).toBeLessThan(4000);
  const { told, lists, alone } = await asked(() => readEach(idsFrom(20, 10)));
  expect(told).toEqual(idsFrom(20, 10));
  expect([lists.length, alone.length]).toEqual([0, 10]);
}, 20_000);

test('who has little time reads alone', async () => {
  const { readOne } = await startProven((one, response) => {
    if (one.filter === null) giveAll(one, response);
  });
  const hurried = () => scopeOf('in a hurry', { deadline: Date.now() + 1500 });
  const told = await Promise.all(
    idsFrom(0, 10).map((id, index) => readOne(id, index % 2 === 0 ? scopeOf() : hurried())),
  );
  expect(told).toEqual(idsFrom(0, 10));
});

test('a call of several that is refused is asked no more, in parts neither', async () => {
  const { asked, readEach } = await startProven((one, response) =>
    (one.filter === null ? giveAll : refuse)(one, response),
  );
  const first = await asked(() => readEach(idsFrom(0, 50)));
  expect(first.told).toEqual(idsFrom(0, 50));
  expect([first.lists.length, first.alone.length]).toEqual([2, 50]);
  const second = await asked(() => readEach(idsFrom(50, 20)));
  expect([second.lists.length, second.alone.length]).toEqual([0, 20]);
});

test('where one of its calls fails, those of the others have theirs of it', async () => {
  const { asked, readEach } = await startProven((one, response) =>
    (one.filter?.includes(idAt(99)) ? refuse : giveAll)(one, response),
  );
  const { told, lists, alone } = await asked(() => readEach(idsFrom(0, 100)));
  expect(told).toEqual(idsFrom(0, 100));
  expect(lists).toHaveLength(3);
  expect(alone.length).toBeLessThanOrEqual(2 + 33);
});

test('where one of its calls hangs, those of the others do not wait for it', async () => {
  const { readOne } = await startProven((one, response) => {
    if (!one.filter?.includes(idAt(99))) giveAll(one, response);
  });
  const since = performance.now();
  const ends = await Promise.all(
    idsFrom(0, 100).map(async (id) => ({ id: await readOne(id), ms: performance.now() - since })),
  );
  expect(ends.map(({ id }) => id)).toEqual(idsFrom(0, 100));
  expect(ends.filter(({ ms }) => ms > 1000).length).toBeLessThanOrEqual(33);
}, 20_000);

test('each pays for one call, whoever’s it was and whatever came of it', async () => {
  const { readOne } = await startProven(({ filter, ids }, response) =>
    answer(response, 200, filter === null ? { id: ids[0] } : machinesOf(ids.filter((id) => id > idAt(10)))),
  );
  const scopes = idsFrom(0, 20).map(() => scopeOf('an analyst', { maxCalls: 1 }));
  const told = await Promise.all(scopes.map((scope, index) => readOne(idAt(index), scope)));
  expect(told).toEqual(idsFrom(0, 20));
  expect(scopes.map(({ left }) => left?.())).toEqual(scopes.map(() => 0));
});

test('what fails together is nobody’s lost time', async () => {
  const { readOne } = await startProven((one, response) => {
    if (one.filter === null) giveAll(one, response);
    else response.destroy();
  });
  const scopes = idsFrom(0, 5).map(() => scopeOf());
  await Promise.all(scopes.map((scope, index) => readOne(idAt(index), scope)));
  const least = scopes.map(({ lateness }) => lateness?.timeoutFor('contoso', 'mde', 10_000));
  expect(least).toEqual(scopes.map(() => 10_000));
});

test('when all who waited have left, the call of several is broken off', async () => {
  let isBrokenOff = false;
  const { readOne } = await startProven((one, response) => {
    if (one.filter !== null) response.on('close', () => (isBrokenOff = !response.writableFinished));
    else giveAll(one, response);
  });
  const leaving = new AbortController();
  const told = await Promise.allSettled(
    idsFrom(0, 10).map((id, index) => {
      const read = readOne(id, scopeOf('leaves', { signal: leaving.signal }));
      if (index === 9) setTimeout(() => leaving.abort(new Error('gone')), 200);
      return read;
    }),
  );
  expect(told.filter(({ status }) => status === 'rejected')).toHaveLength(8);
  await expect.poll(() => isBrokenOff).toBe(true);
});

test('of ids that do not exist one more call is made in ten seconds, however many are asked for', async () => {
  const { asked, readEach } = await startProven((one, response) => {
    if (one.filter === null) answer(response, 404, { error: { code: 'ResourceNotFound', message: 'None' } });
    else answer(response, 200, machinesOf([]));
  });
  const { told, lists, alone } = await asked(async () => {
    const batches: (string | undefined)[][] = [];
    for (let batch = 0; batch < 20; batch += 1) batches.push(await readEach(idsFrom(batch * 5, 5)));
    return batches.flat();
  });
  expect(told).toEqual(Array(100).fill(undefined));
  expect(alone).toHaveLength(100);
  expect(lists).toHaveLength(1);
});

test('what was learned before others went together is tried anew in its time', async () => {
  let nowMs = 1_000_000;
  const learned = createLearned({ clock: { now: () => nowMs } });
  const { asked, readEach } = await startProven(giveAll, { learned });
  nowMs += 5 * 60_000;
  await readEach(idsFrom(0, 20));
  nowMs += 5 * 60_000 + 1;
  const { alone } = await asked(() => readEach(idsFrom(20, 20)));
  expect(alone.length).toBeLessThan(20);
});

test('a row that cannot be written again takes nobody along', async () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  const { readEach } = await startProven(({ filter, ids }, response) => {
    const rows = ids.map((id, index) => (index === 0 ? `{"id":"${id}","deep":${deep}}` : `{"id":"${id}"}`));
    if (filter === null) answer(response, 200, { id: ids[0] });
    else response.writeHead(200, { 'content-type': 'application/json' }).end(`{"value":[${rows.join()}]}`);
  });
  expect(await readEach(idsFrom(0, 10))).toEqual(idsFrom(0, 10));
});
