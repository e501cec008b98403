import { defineConfig } from 'vitest/config';

export default defineConfig({
  // vitest would load graphql twice, once as ES module and once as CommonJS: `instanceof` would fail in tests alone.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
