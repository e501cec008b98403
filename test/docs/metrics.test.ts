import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { documentCodes, errorCodes } from '../../src/errors.ts';
import { servedMetrics } from './metric-labels.ts';
import { read, tableRows } from './pages.ts';

const namesIn = (cell: string): readonly string[] => [...cell.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name);
const served = await servedMetrics();

const rule = z.object({
  alert: z.string(),
  expr: z.string(),
  for: z.string().regex(/^\d+m$/),
  labels: z.object({ severity: z.enum(['warning', 'critical']) }),
  annotations: z.object({ summary: z.string(), description: z.string() }),
});
const [group] = z
  .object({ groups: z.tuple([z.object({ name: z.string(), rules: z.array(rule) })]) })
  .parse(parse(read('docker/prometheus/alerts.yml'))).groups;
const rules = group.rules;

const panel = z.object({
  title: z.string(),
  targets: z.array(z.object({ expr: z.string(), legendFormat: z.string() })).default([]),
});
const { panels } = z.object({ panels: z.array(panel) }).parse(JSON.parse(read('docker/grafana/dashboard.json')));

/** Metrics that a page's table lists, with the cells of their rows. */
const listed = new Map(
  tableRows('docs/metrics.md')
    .filter(([name = '']) => name.startsWith('`gateway_'))
    .map(([name = '', labels = '', , alerts = '']) => [namesIn(name)[0] ?? '', { labels, alerts }]),
);

test('docs/metrics.md lists every metric, and no other', () => {
  const own = [...served.keys()].filter((name) => name.startsWith('gateway_') && !/_(bucket|count|sum)$/.test(name));
  expect([...listed.keys()].sort()).toEqual(own.sort());
});

test('pages name no metric that there is not', () => {
  const named = [
    'docs/metrics.md',
    'docs/architecture.md',
    'docs/settings.md',
    'README.md',
    'docs/adr/0013-learned-facts-and-one-reader.md',
  ].flatMap((page) => [...read(page).matchAll(/\bgateway_\w+/g)].map(([name]) => name));
  expect(named.filter((name) => !served.has(name))).toEqual([]);
});

test.each([...listed])('docs/metrics.md has the labels and the alerts of %s', (name, { labels, alerts }) => {
  expect(namesIn(labels)).toEqual(served.get(name)?.labels);
  const warned = rules.filter(({ expr }) => new RegExp(`\\b${name}(_bucket|_count|_sum)?\\b`).test(expr));
  expect(namesIn(alerts)).toEqual(warned.map(({ alert }) => alert));
});

test('docs/metrics.md has every alert with its condition and time', () => {
  const rows = tableRows('docs/metrics.md').filter(([name = '']) => name.startsWith('`DefenderGateway'));
  expect(rows.map(([alert, when = '', time]) => [alert, when.replaceAll('\\|', '|'), time])).toEqual(
    rules.map(({ alert, expr, for: time }) => [`\`${alert}\``, `\`${expr}\``, time]),
  );
});

/** Values that no sample of a test needs to have. */
const words: Readonly<Record<string, ReadonlySet<string>>> = {
  outcome: new Set(['OK', ...errorCodes, ...documentCodes]),
};

/** Metrics, labels and values of an expression that no gateway serves. */
const unknownIn = (expr: string): readonly string[] => {
  const uses = [...expr.matchAll(/\b((?:gateway|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)];
  const metrics = uses.map(([, name = '']) => name);
  const labels = new Set(metrics.flatMap((name) => served.get(name)?.labels ?? []));
  const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
  const matched = uses.flatMap(([, name = '', inside = '']) =>
    [...inside.matchAll(/(\w+)(=~|!=|=)"([^"]*)"/g)]
      // Prometheus adds these.
      .filter(([, label]) => label !== 'job')
      .flatMap(([, label = '', , value = '']) =>
        value
          .split('|')
          .filter((word) => !(words[label] ?? served.get(name)?.values.get(label))?.has(word))
          .map((word) => `${name}{${label}="${word}"}`),
      ),
  );
  return [
    ...(uses.length === 0 ? [`no metric in ${expr}`] : []),
    ...metrics.filter((name) => !served.has(name)),
    ...grouped.filter((label) => !labels.has(label)),
    ...matched,
  ];
};

test.each(rules)('the alert $alert asks for what is served', ({ expr, annotations }) => {
  expect(unknownIn(expr)).toEqual([]);
  const shown = [
    ...Object.values(annotations)
      .join()
      .matchAll(/\$labels\.(\w+)/g),
  ].map(([, label = '']) => label);
  const kept = /\bby \(([^)]*)\)/.exec(expr)?.[1]?.split(/,\s*/) ?? [];
  expect(shown.filter((label) => !kept.includes(label))).toEqual([]);
});

test.each(panels.filter(({ targets }) => targets.length > 0))(
  'the panel "$title" asks for what is served',
  ({ targets }) => {
    for (const { expr, legendFormat } of targets) {
      expect(unknownIn(expr)).toEqual([]);
      const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
      expect(
        shown.filter((label) => label !== 'instance' && !new RegExp(`by \\([^)]*\\b${label}\\b`).test(expr)),
      ).toEqual([]);
    }
  },
);

test('the dashboard shows every metric of the gateway', () => {
  const text = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join('\n');
  expect([...listed.keys()].filter((name) => !text.includes(name))).toEqual([]);
});
