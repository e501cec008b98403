import { afterEach, expect, test } from 'vitest';
import { giveAll, type Handle, idAt, idsFrom, machinesOf, scopeOf, startMachines } from '../../support/many-callers.ts';
import { answer } from '../../support/upstream.ts';

/** Requests of many callers that each ask for one thing at the same time, over real HTTP. */

let running: Awaited<ReturnType<typeof startMachines>>;
afterEach(() => running.stop());

const start = async (handle: Handle) => {
  running = await startMachines(handle);
  return running;
};

test('100 at once are two read alone, and the others together', async () => {
  const { asked, prove, readEach } = await start(giveAll);
  await prove();
  const { told, lists, alone } = await asked(() => readEach(idsFrom(0, 100)));
  expect(told).toEqual(idsFrom(0, 100));
  expect(alone).toHaveLength(2);
  expect(lists).toHaveLength(3);
  expect(lists.join().match(/[0-9a-f]{40}/g)).toHaveLength(98);
});

test('where nobody knows whether they are taken, one filter is tried, for which the others wait', async () => {
  const { asked, readEach } = await start(giveAll);
  const { told, alone, lists } = await asked(() => readEach(idsFrom(0, 60)));
  expect(told).toEqual(idsFrom(0, 60));
  expect(alone.length).toBeLessThanOrEqual(8);
  expect(lists.length).toBeLessThanOrEqual(5);
});

test('where that hangs, they go two at a time', async () => {
  const { asked, readEach } = await start((one, response) => {
    if (one.filter !== null) setTimeout(() => giveAll(one, response), 1000);
    else giveAll(one, response);
  });
  const { told, alone } = await asked(() => readEach(idsFrom(0, 10)));
  expect(told).toEqual(idsFrom(0, 10));
  expect(alone).toHaveLength(10);
});

test('where they are not taken, each goes alone, and no filter is tried once more', async () => {
  const { asked, readEach } = await start((one, response) =>
    one.filter === null ? giveAll(one, response) : answer(response, 400, { error: { code: 'BadRequest' } }),
  );
  let tried = 0;
  // Each form is tried once, one after the other: for as long as some of these take.
  for (let round = 0; round < 5; round += 1) {
    const { told, alone, lists } = await asked(() => readEach(idsFrom(0, 20)));
    expect(told).toEqual(idsFrom(0, 20));
    expect(alone).toHaveLength(20);
    tried += lists.length;
  }
  expect(tried).toBe(3);
});

test('what does not come of it is read alone: it may be there all the same, or not', async () => {
  const missing = idAt(7);
  const late = idAt(8);
  const { asked, prove, readEach } = await start(({ filter, ids }, response) => {
    if (filter !== null) answer(response, 200, machinesOf(ids.filter((id) => id !== missing && id !== late)));
    else if (ids[0] === missing) answer(response, 404, { error: { code: 'ResourceNotFound', message: 'None' } });
    else answer(response, 200, { id: ids[0] });
  });
  await prove();
  const { told, alone } = await asked(() => readEach(idsFrom(0, 20)));
  expect(told).toEqual(idsFrom(0, 20).map((id) => (id === missing ? undefined : id)));
  expect(alone).toHaveLength(4);
});

test('what is answered with others is nobody else’s', async () => {
  const { prove, readEach } = await start(({ filter, ids }, response) =>
    answer(response, 200, filter === null ? { id: ids[0] } : machinesOf([...ids, idAt(500)].toReversed())),
  );
  await prove();
  expect(await readEach(idsFrom(0, 20))).toEqual(idsFrom(0, 20));
});

test('where the call of several fails, each is read alone', async () => {
  let isBroken = false;
  const { asked, prove, readEach } = await start((one, response) =>
    isBroken && one.filter !== null ? answer(response, 500, {}) : giveAll(one, response),
  );
  await prove();
  isBroken = true;
  const { told, alone } = await asked(() => readEach(idsFrom(0, 20)));
  expect(told).toEqual(idsFrom(0, 20));
  expect(alone).toHaveLength(20);
});

test.each([2, 3, 19])('who leaves (the one at %i) takes nobody along', async (place) => {
  const { prove, readOne } = await start(giveAll);
  await prove();
  const leaving = new AbortController();
  const told = await Promise.allSettled(
    idsFrom(0, 20).map((id, index) => {
      const read = readOne(id, index === place ? scopeOf('another', { signal: leaving.signal }) : scopeOf());
      if (index === place) setTimeout(() => leaving.abort(new Error('gone')), 10);
      return read;
    }),
  );
  expect(told.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason)))).toEqual(
    idsFrom(0, 20).map((id, index) => (index === place ? 'Error: gone' : id)),
  );
});

test('others do not wait for those that hang', async () => {
  const { prove, readOne } = await start((one, response) => {
    if (one.filter !== null) giveAll(one, response);
    else setTimeout(() => giveAll(one, response), 1500);
  });
  await prove();
  const ends: number[] = [];
  await Promise.all(idsFrom(0, 20).map((id, index) => readOne(id).then(() => ends.push(index))));
  expect(ends.slice(-2).toSorted()).toEqual([0, 1]);
});

test('a look for what became of something, and what nobody waits for, go by themselves', async () => {
  const { asked, prove, readOne } = await start(giveAll);
  await prove();
  const { alone, lists } = await asked(() =>
    Promise.all(
      idsFrom(0, 20).map((id, index) =>
        readOne(
          id,
          index % 2 === 0 ? { ...scopeOf(), look: 'what became of it' } : scopeOf('jobs', { inBackground: true }),
        ),
      ),
    ),
  );
  expect(alone).toHaveLength(20);
  expect(lists).toHaveLength(0);
});
