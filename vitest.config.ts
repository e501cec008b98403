import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Each file is run by a process of its own, and many start gateways: none of them compiles what another has compiled.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules', '.cache', 'compiled');

const units = 'test/unit/**/*.test.ts';

/** Files that take longest: they begin first, so that none is left alone at the end. */
const longest = ['fault-matrix.test.ts', 'odd-services/told.test.ts', 'attacks.test.ts'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => longest.some((name) => moduleId.endsWith(`/${name}`));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  // vitest would load graphql twice, once as ES module and once as CommonJS: `instanceof` would fail in tests alone.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    projects: [
      // They leave nothing behind in their process: it runs many files, and imports what they have in common once.
      { extends: true, test: { name: 'unit', include: [units], isolate: false } },
      { extends: true, test: { name: 'all others', include: ['test/**/*.test.ts'], exclude: [units] } },
    ],
    setupFiles: process.env.DEFENDER_FROZEN_ANSWERS === '1' ? ['test/support/frozen-answers.ts'] : [],
    pool: 'forks',
    // Most tests wait more than they work: two files at a time, also where there are two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: LongestFirst },
    // None is a measure of time: on a machine that does much else the longest take minutes.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
