/** The import rules of the house: what a folder may import, besides the leaves. `npm run check:imports` holds them. */

/**
 * What everybody names: errors, time, the request's scope, the domain, what callers send (of the SDL), and the typed facts on
 * clouds, tenants and rules.
 */
const leaves =
  '^src/((errors|log|metrics|clock|made|made-once|recent|bounded-file|soon|scope|stopping|under-way|make-folder|system-code|whole-write)\\.ts$|log/|scope/|store/|domain/|clouds/|config/(tenants|tenant-keys|guardrails|approvals|suggest)\\.ts$|generated/inputs\\.ts$)';

/** folder -> what it may import besides itself and the leaves; imports of types count as any other. */
const mayImport = {
  '^src/server/': [
    '^src/server/',
    '^src/exports/',
    '^src/context\\.ts$',
    '^resolvers/',
    '^src/access/',
    '^src/generated/',
  ],
  '^resolvers/': [
    '^resolvers/',
    '^src/generated/',
    '^src/context\\.ts$',
    '^src/entities/',
    '^src/loaders/',
    '^src/lists/',
  ],
  '^src/context\\.ts$': [
    '^src/(access|audit|entities|loaders|lists|hunting|actions|approvals|files|routing)/',
    '^src/tenant-(service|quotas)\\.ts$',
  ],
  '^src/actions/': [
    '^src/actions/',
    '^src/guardrails/',
    '^src/entities/',
    '^src/routing/',
    '^src/access/',
    '^src/audit/',
    '^src/downloads/',
    '^src/unification/',
  ],
  '^src/guardrails/': ['^src/guardrails/', '^src/routing/', '^src/access/'],
  // What stands above actions: it performs them, or gives out what they left, and no action knows of it.
  '^src/approvals/': ['^src/approvals/', '^src/actions/', '^src/access/'],
  '^src/files/': [
    '^src/files/',
    '^src/actions/',
    '^src/downloads/',
    '^src/routing/',
    '^src/unification/',
    '^src/access/',
  ],
  '^src/downloads/': ['^src/downloads/'],
  '^src/exports/': [
    '^src/exports/',
    '^src/context\\.ts$',
    '^src/actions/own-records\\.ts$',
    '^src/(downloads|entities|lists|microsoft|routing|unification|upstream|access)/',
  ],
  '^src/audit/': ['^src/audit/', '^src/config/'],
  '^src/hunting/': ['^src/microsoft/', '^src/hunting/', '^src/routing/', '^src/access/'],
  '^src/lists/': ['^src/lists/', '^src/entities/', '^src/routing/', '^src/access/', '^src/audit/'],
  '^src/loaders/': ['^src/loaders/', '^src/entities/', '^src/routing/', '^src/access/'],
  // What the gateway itself keeps is had from its services.
  '^src/entities/own\\.ts$': ['^src/context\\.ts$', '^src/access/'],
  '^src/entities/(?!own\\.ts$)': [
    '^src/entities/',
    '^src/microsoft/',
    '^src/routing/',
    '^src/upstream/',
    '^src/unification/',
    '^src/access/',
  ],
  '^src/routing/': ['^src/microsoft/', '^src/routing/', '^src/upstream/', '^src/unification/', '^src/identity/'],
  '^src/unification/': ['^src/unification/', '^src/upstream/[^/]+/wire'],
  '^src/upstream/': ['^src/microsoft/', '^src/upstream/', '^src/identity/'],
  '^src/identity/': ['^src/microsoft/', '^src/identity/', '^src/config/'],
  '^src/access/': ['^src/access/', '^src/config/'],
  // What settings name of Microsoft's is looked up in what Microsoft documents; capabilities are a table over that.
  '^src/config/': ['^src/config/', '^src/microsoft/', '^src/routing/capabilities\\.ts$'],
  '^src/clouds/': [],
  '^src/microsoft/': ['^src/microsoft/'],
  // Types alone: what an entity of a single wire shape is, and what a kind of evidence is, its table of fields says.
  '^src/domain/': ['^src/unification/(machine(-action)?|evidence/(kinds|parts))\\.ts$'],
  '^src/simulator/': ['^src/simulator/', '^src/microsoft/'],
};

/** What Microsoft documents is data of its own, and the simulator knows nothing else of ours. */
const withoutLeaves = ['^src/microsoft/', '^src/simulator/'];

module.exports = {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphan',
      severity: 'error',
      from: {
        orphan: true,
        path: '^(src|resolvers)/',
        pathNot: ['^src/generated/', '^src/server/graphiql/browser/start\\.js$'],
      },
      to: {},
    },
    {
      name: 'no-dev-dependency-at-run-time',
      severity: 'error',
      from: { path: '^(src|resolvers)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'inputs-are-a-leaf',
      severity: 'error',
      from: { path: '^src/generated/inputs\\.ts$' },
      to: { path: '.' },
    },
    ...Object.entries(mayImport).map(([path, allowed]) => ({
      name: `imports-of ${path}`,
      severity: 'error',
      from: { path },
      to: {
        path: '^(src|resolvers|test|scripts)/',
        pathNot: withoutLeaves.includes(path) ? allowed : [...allowed, leaves],
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
