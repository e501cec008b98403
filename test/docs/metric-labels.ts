import { createMetrics } from '../../src/metrics.ts';
import { standings } from '../../src/upstream/http/standing.ts';

/** What a gateway serves at `/metrics` once each of its metrics has a sample. */
const served = (): Promise<string> => {
  const metrics = createMetrics({ processMetrics: true });
  metrics.httpRequest({ route: '/graphql', method: 'POST', status: 200, seconds: 1 });
  metrics.graphqlOperation({ type: 'query', outcome: 'OK', seconds: 1 });
  metrics.upstreamCall({ api: 'mde', operation: 'mde.listMachines', outcome: 'OK', seconds: 1 });
  metrics.token({ api: 'mde', source: 'memory', outcome: 'OK' });
  metrics.quotaWait({ api: 'mde', outcome: 'OK', seconds: 1 });
  metrics.coalescedRead('mde.listMachines');
  metrics.cachedRead('mde.listMachines');
  metrics.apiStandings('mde', Object.fromEntries(standings.map((standing) => [standing, 1])));
  metrics.exported({ export: 'machines', format: 'csv', outcome: 'OK', rows: 1 });
  metrics.learnedFacts({ api: 'mde', fact: 'idForm', known: 1 });
  return metrics.render();
};

/** One metric, as Prometheus knows it. */
export interface ServedMetric {
  readonly labels: readonly string[];
  /** By label, the values that its samples have. */
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Metrics by name. Those of a histogram are there by their own names (`_bucket`, `_count`, `_sum`) and by that of the whole. */
export const servedMetrics = async (): Promise<ReadonlyMap<string, ServedMetric>> => {
  const text = await served();
  const metrics = new Map<string, { labels: string[]; values: Map<string, Set<string>> }>();
  const names = [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = '']) => name);
  for (const name of names) metrics.set(name, { labels: [], values: new Map() });
  for (const [, sample = '', inside = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const whole = sample.replace(/_(bucket|count|sum)$/, '');
    for (const name of metrics.has(whole) ? [sample, whole] : [sample]) {
      const metric = metrics.get(name) ?? { labels: [], values: new Map<string, Set<string>>() };
      metrics.set(name, metric);
      for (const [, label = '', value = ''] of inside.matchAll(/(\w+)="([^"]*)"/g)) {
        if (label === 'le' && name === whole) continue;
        if (!metric.labels.includes(label)) metric.labels.push(label);
        metric.values.set(label, (metric.values.get(label) ?? new Set()).add(value));
      }
    }
  }
  return metrics;
};
