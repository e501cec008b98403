/** The import rules of the house: what a folder may import, besides the leaves. `npm run check:imports` holds them. */
const leaves = '^src/(errors|log|metrics|store|domain|clock)(/|\\.ts$)';

/** folder -> what it may import besides itself and the leaves; types of a wire folder count as any other import. */
const mayImport = {
  '^src/server/': ['^src/context\\.ts$', '^resolvers/', '^src/access/', '^src/server/', '^src/generated/'],
  '^resolvers/': ['^src/generated/', '^src/context\\.ts$', '^resolvers/'],
  '^src/context\\.ts$': ['^src/access/', '^src/loaders/', '^src/actions/', '^src/hunting/', '^src/lists/'],
  '^src/actions/': ['^src/actions/', '^src/routing/', '^src/access/'],
  '^src/hunting/': ['^src/hunting/', '^src/routing/', '^src/access/'],
  '^src/lists/': ['^src/lists/', '^src/routing/', '^src/access/'],
  '^src/loaders/': ['^src/loaders/', '^src/routing/'],
  '^src/routing/': ['^src/routing/', '^src/upstream/', '^src/unification/', '^src/clouds/', '^src/config/tenants'],
  '^src/unification/': ['^src/unification/', '^src/upstream/[^/]+/wire'],
  '^src/upstream/': ['^src/upstream/', '^src/identity/', '^src/clouds/'],
  '^src/identity/': ['^src/identity/', '^src/config/', '^src/clouds/'],
  '^src/access/': ['^src/access/', '^src/config/', '^src/clouds/'],
  '^src/config/': ['^src/config/', '^src/clouds/'],
  '^src/clouds/': ['^src/clouds/'],
  '^src/simulator/': ['^src/simulator/'],
  '^src/(errors|log|metrics|store|domain|clock)(/|\\.ts$)': [],
};

module.exports = {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphan', severity: 'error', from: { orphan: true, path: '^(src|resolvers)/', pathNot: ['^src/generated/', '^src/server/graphiql/start\\.js$'] }, to: {} },
    {
      name: 'no-dev-dependency-at-run-time',
      severity: 'error',
      from: { path: '^(src|resolvers)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], dependencyTypesNot: ['type-only'] },
    },
    ...Object.entries(mayImport).map(([path, allowed]) => ({
      name: `imports-of ${path}`,
      severity: 'error',
      from: { path },
      to: {
        path: '^(src|resolvers|test|scripts)/',
        pathNot: path === '^src/simulator/' ? allowed : [...allowed, leaves],
      },
    })),
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
