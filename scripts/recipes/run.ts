import { z } from 'zod';
import { parseConfig } from '../../src/config/config.ts';
import { demoSettings } from '../../src/demo/settings.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/log.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import type { Recipe } from './page.ts';

/** What the demo did for a recipe. */
export interface RecipeRun {
  readonly recipe: Recipe;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Calls to Microsoft, by operation; of the one that is called until an action has ended, 1. */
  readonly calls: Readonly<Record<string, number>>;
  readonly answer: { readonly data: unknown; readonly errors?: unknown };
}

const answers = z.object({
  data: z.unknown(),
  errors: z.array(z.looseObject({ message: z.string() })).optional(),
  extensions: z.object({
    gateway: z.object({
      upstreamCalls: z.array(z.object({ operation: z.string(), coalesced: z.boolean(), cached: z.boolean() })),
    }),
  }),
});

/** @throws Error for a path that leads nowhere */
const valueAt = (value: unknown, [step, ...rest]: readonly string[]): unknown => {
  if (step === undefined) return value;
  if (typeof value !== 'object' || value === null) throw new Error(`An earlier answer has no ${step}`);
  return valueAt(Object.entries(value).find(([key]) => key === step)?.[1], rest);
};

const ask = async (url: string, { query, note }: Recipe, variables: Readonly<Record<string, unknown>>) => {
  const headers = { 'content-type': 'application/json', 'x-gateway-explain': '1' };
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: note.as === undefined ? headers : { ...headers, 'x-api-key': note.as },
    body: JSON.stringify({ query, variables }),
  });
  return answers.parse(await response.json());
};

const countsOf = (operations: readonly string[], waits: string | undefined): Readonly<Record<string, number>> => {
  const counts = new Map<string, number>();
  for (const name of operations) counts.set(name, name === waits ? 1 : (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([one], [other]) => one.localeCompare(other)));
};

/** Runs recipes one after the other, as a reader would, against one demo whose machine actions are quick. */
export const runRecipes = async (recipes: readonly Recipe[]): Promise<readonly RecipeRun[]> => {
  const simulator = await startSimulator({ actionTimes: { pendingMs: 100, runningMs: 150 } });
  const settings = await parseConfig(demoSettings(simulator), { env: {}, baseDir: process.cwd(), source: 'the demo' });
  const gateway = await startGateway({
    config: {
      ...settings,
      audit: { ...settings.audit, kind: 'memory' },
      server: { ...settings.server, port: 0 },
      // The simulator works on the same event loop.
      limits: { ...settings.limits, eventLoopLagMs: 3_600_000 },
    },
    log: createLog({ level: 'silent' }),
    caPem: simulator.caPem,
    watchIntervalMs: 50,
  });
  const runs: RecipeRun[] = [];
  try {
    for (const recipe of recipes) {
      const variables = Object.fromEntries(
        Object.entries(recipe.note.variables).map(([name, { recipe: number, path }]) => {
          const earlier = runs.find((run) => run.recipe.number === number);
          return [name, valueAt(earlier?.answer.data, path)];
        }),
      );
      const { data, errors, extensions } = await ask(gateway.url, recipe, variables);
      const sent = extensions.gateway.upstreamCalls.filter(({ coalesced, cached }) => !coalesced && !cached);
      runs.push({
        recipe,
        variables,
        calls: countsOf(
          sent.map(({ operation }) => operation),
          recipe.note.waits,
        ),
        answer: errors === undefined ? { data } : { errors, data },
      });
    }
  } finally {
    await gateway.stop(2000);
    await simulator.stop();
  }
  return runs;
};
