import { expect, onTestFinished, test } from 'vitest';
import { createLease } from '../../../src/actions/once/lease.ts';
import { createPresence } from '../../../src/actions/once/presence.ts';
import type { Space } from '../../../src/store/space.ts';
import { openStore } from '../../../src/store/store.ts';
import { createMemoryLog } from '../store/support.ts';
import { createManualClock } from './support.ts';

const setUp = async () => {
  const clock = createManualClock(Date.now());
  const store = await openStore({ url: 'memory:', clock });
  onTestFinished(() => store.close());
  const log = createMemoryLog();
  const stored = store.space<string>('lease');
  /** Another process, which lives until `kill`; `state.isDown`: its store deletes nothing. */
  const openProcess = async () => {
    const presence = createPresence({ store, clock, log });
    onTestFinished(presence.stop);
    await presence.start();
    const state = { isDown: false };
    const leases: Space<string> = {
      ...stored,
      remove: (...args) => (state.isDown ? Promise.reject(new Error('down')) : stored.remove(...args)),
    };
    return { lease: createLease(leases, { presence, log }), kill: presence.stop, state };
  };
  return { clock, log, one: await openProcess(), other: await openProcess() };
};

const minuteMs = 60_000;

test('X1: a thing is had by one request of one process at a time', async () => {
  const { one, other } = await setUp();
  const tried = [one, one, other, other].map(({ lease }) => lease.take('thing', minuteMs));
  expect((await Promise.all(tried)).filter(Boolean)).toHaveLength(1);
  expect(await one.lease.take('another', minuteMs)).toBe(true);
});

test('X1: it is had again once it was given back, or its process has ended', async () => {
  const { clock, one, other } = await setUp();
  expect(await one.lease.take('thing', minuteMs)).toBe(true);
  await one.lease.release('thing');
  expect(await other.lease.take('thing', minuteMs)).toBe(true);
  expect(await one.lease.take('thing', minuteMs)).toBe(false);
  other.kill();
  await clock.advance(15_000);
  expect(await one.lease.take('thing', minuteMs)).toBe(true);
  // The other was held up, and has it no more.
  await other.lease.release('thing');
  expect(await other.lease.take('thing', minuteMs)).toBe(false);
});

test('X1: what could not be given back is had again by the process that had it, and by no other', async () => {
  const { log, one, other } = await setUp();
  await one.lease.take('thing', minuteMs);
  one.state.isDown = true;
  await one.lease.release('thing', { mutation: 'isolateMachines' });
  expect(log.lines.join()).toMatch(/A lease was left to run out.*isolateMachines/);
  expect(await other.lease.take('thing', minuteMs)).toBe(false);
  expect(await one.lease.take('thing', minuteMs)).toBe(true);
});
