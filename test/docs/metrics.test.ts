import { expect, test } from 'vitest';
import { createMetrics } from '../../src/metrics.ts';
import { read, tableRows } from './pages.ts';

const namesIn = (cell: string): readonly string[] => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);

/** Names of the metrics that a gateway has, as Prometheus reads them. */
const served = async (): Promise<readonly string[]> =>
  [...(await createMetrics().render()).matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name).sort();

test('docs/metrics.md lists every metric, and no other', async () => {
  const listed = tableRows('docs/metrics.md').flatMap(([name = '']) =>
    namesIn(name).filter((word) => word !== 'metric'),
  );
  expect(listed.filter((name) => name.startsWith('gateway_')).sort()).toEqual(await served());
});

test('pages name no metric that there is not', async () => {
  const known = await served();
  const named = [
    'docs/metrics.md',
    'docs/architecture.md',
    'docs/settings.md',
    'README.md',
    'docs/adr/0013-learned-facts-and-one-reader.md',
  ].flatMap((page) => [...read(page).matchAll(/\bgateway_\w+/g)].map(([name]) => name));
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});

test('docs/metrics.md has the labels of each metric', async () => {
  const metrics = createMetrics();
  metrics.httpRequest({ route: '/graphql', method: 'POST', status: 200, seconds: 1 });
  metrics.graphqlOperation({ type: 'query', outcome: 'OK', seconds: 1 });
  metrics.upstreamCall({ api: 'mde', operation: 'mde.listMachines', outcome: 'OK', seconds: 1 });
  metrics.token({ api: 'mde', source: 'memory', outcome: 'OK' });
  metrics.quotaWait({ api: 'mde', outcome: 'OK', seconds: 1 });
  metrics.coalescedRead('mde.listMachines');
  metrics.cachedRead('mde.listMachines');
  metrics.apiStandings('mde', { works: 1 });
  metrics.rateLimited('caller');
  metrics.exported({ export: 'machines', format: 'csv', outcome: 'OK', rows: 1 });
  metrics.learnedFacts({ api: 'mde', fact: 'idForm', known: 1 });
  metrics.openActs(1);
  metrics.storeLost(true);
  metrics.shed('lag');
  metrics.overloaded('memory');
  const text = await metrics.render();
  for (const [cell = '', labels = ''] of tableRows('docs/metrics.md')) {
    const [name] = namesIn(cell);
    if (name === undefined || !name.startsWith('gateway_') || cell !== `\`${name}\``) continue;
    const sample = new RegExp(`^${name}(?:_count)?(?:\\{(.*)\\})? \\d`, 'm').exec(text)?.[1] ?? '';
    expect(
      [...sample.matchAll(/(\w+)="/g)].map(([, label]) => label),
      name,
    ).toEqual(namesIn(labels));
  }
});
