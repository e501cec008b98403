import { expect, test } from 'vitest';
import { storeFaults } from '../store-faults/places.ts';
import { runStoreFault } from '../store-faults/run.ts';

/** All of them, in their length: `npm run store-faults`. */
const some = ['Redis killed, restarted with its data', 'SQLite locked', 'full disk'];

test.each(storeFaults.filter(({ name }) => some.some((word) => name.includes(word))))(
  'D3: $name: reads go on, an action is done or refused as it is told, and all is well afterwards',
  async (fault) => {
    const { skipped, kinds, logLines } = await runStoreFault(fault, { short: true });
    if (skipped !== null) return;
    const { read, '/readyz': ready, '/readyz/reads': readsReady, ...actions } = kinds;
    expect(Object.keys(read?.outcomes ?? {})).toEqual(['OK']);
    expect(Object.keys(readsReady?.outcomes ?? {})).toEqual(['200']);
    expect(ready?.outcomes).toHaveProperty('503');
    for (const { outcomes } of Object.values(actions)) {
      expect(Object.keys(outcomes).filter((outcome) => /BUT/.test(outcome))).toEqual([]);
    }
    // How soon is measured by the script: here a machine may be busy with other tests.
    for (const { wellAfterMs } of Object.values(kinds)) expect(wellAfterMs).not.toBeNull();
    // Of the outage itself the log says that it began, for store and audit log apart, and no more.
    const told = logLines
      .map((line) => JSON.parse(line).msg)
      .filter((sentence) => /^The .*(store|audit log) (cannot be|does not answer)/.test(sentence));
    expect(new Set(told).size, JSON.stringify(told)).toBe(told.length);
  },
);
