import { describe, expect, test } from 'vitest';
import { type CloudName, cloudNames, clouds } from '../../src/clouds/endpoints.ts';
import { errorCodes } from '../../src/errors.ts';
import { type Capability, capabilities, capabilityNames } from '../../src/routing/capabilities.ts';
import { read, tableRows } from './pages.ts';

const rows = tableRows('README.md');
const rowOf = (name: string): readonly string[] => rows.find(([first]) => first === name) ?? [];

/** The row of the README that tells which permissions a capability needs. */
const features = {
  'incidents.read': 'read incidents',
  'incidents.update': 'change incidents',
  'alerts.read': 'read alerts',
  'alerts.update': 'change alerts',
  'machines.read': 'machines, what was done to them',
  'machines.alerts': "a machine's alerts",
  'machineActions.read': 'machines, what was done to them',
  'machines.isolate': 'isolate, release',
  'machines.scan': 'antivirus scan',
  'liveResponse.run': 'live response',
  'machineActions.cancel': 'cancel an action',
  hunting: 'hunting',
} as const satisfies Record<Capability, string>;

const columns = { graph: 1, m365d: 2, mde: 3 } as const;

test.each(capabilityNames)('the README names the least permission that %s needs, API by API', (name) => {
  const row = rowOf(features[name]);
  for (const api of ['graph', 'm365d', 'mde'] as const) {
    const source = capabilities[name].sources.find((each) => each.api === api);
    const cell = row[columns[api]];
    if (source === undefined) expect(cell).toBe('');
    else expect(cell).toContain(`\`${source.permissions[0]}\``);
  }
});

const hostOf = (origin: string): string => new URL(origin).host;

describe('the README has a row for every cloud', () => {
  test.each(cloudNames)('%s', (name: CloudName) => {
    const row = rows.find(([first = '']) => first.split(' ').includes(`\`${name}\``));
    const { authority, apis } = clouds[name];
    if (authority !== null) expect(row?.[1]).toBe(hostOf(authority));
    if (apis.graph !== null && apis.graph.baseUrl !== '') expect(row?.[2]).toBe(hostOf(apis.graph.baseUrl));
    // Regions share a row: the first one stands for all.
    const [first = ''] = row?.[0]?.match(/[\w-]+/) ?? [];
    for (const [api, column] of [
      ['m365d', 3],
      ['mde', 4],
    ] as const) {
      const origin = apis[api]?.baseUrl ?? '';
      if (origin !== '') expect(row?.[column]?.replace(' ...', '').replace(first, name)).toBe(hostOf(origin));
    }
  });
});

test('docs/errors.md explains every code, and no other', () => {
  const explained = tableRows('docs/errors.md').map(([code = '']) => code.replaceAll('`', ''));
  expect(explained).toEqual(['code', ...errorCodes]);
});

test('docs/architecture.md has a row for every folder of the source', () => {
  const text = read('docs/architecture.md');
  const layers = [
    'server',
    'access',
    'lists',
    'loaders',
    'actions',
    'hunting',
    'routing',
    'unification',
    'upstream',
    'identity',
  ];
  for (const layer of [...layers, 'clouds', 'config', 'store', 'domain', 'simulator'])
    expect(text).toContain(`\`src/${layer}\``);
});
