import { describe, expect, test } from 'vitest';
import { actNames, acts } from '../../src/actions/table.ts';
import { type CloudName, cloudNames, clouds } from '../../src/clouds/endpoints.ts';
import { guardedActions } from '../../src/config/guardrails.ts';
import { permissions } from '../../src/config/permissions.ts';
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
  'incidents.merge': 'merge incidents',
  'alerts.create': 'create alerts',
  'alerts.move': 'move alerts to an incident',
  'machines.scan': 'antivirus scan',
  'machines.restrict': 'restrict code execution',
  'machines.collectPackage': 'collect a package',
  'machines.offboard': 'offboard',
  'machines.quarantineFile': 'stop and quarantine a file',
  'machines.update': 'tags and value of machines',
  'investigations.start': 'start an investigation',
  'liveResponse.run': 'live response',
  'machineActions.cancel': 'cancel an action',
  'investigations.read': 'automated investigations',
  'libraryFiles.read': 'live response library',
  'libraryFiles.write': 'change the live response library',
  'vulnerabilities.read': 'vulnerabilities',
  'software.read': 'software, missing updates',
  'recommendations.read': 'recommendations',
  'remediationTasks.read': 'remediation tasks',
  'scores.read': 'exposure score',
  hunting: 'hunting',
} as const satisfies Record<Capability, string>;

const columns = { graph: 1, m365d: 2, mde: 3 } as const;

const namesIn = (cell: string): readonly string[] => [...cell.matchAll(/`([\w.]+)`/g)].map(([, name = '']) => name);

describe('R7: the README names what to grant, API by API, to an app and to a user', () => {
  test.each(capabilityNames)('%s', (name) => {
    const row = rowOf(features[name]);
    for (const api of ['graph', 'm365d', 'mde'] as const) {
      const source = capabilities[name].sources.find((each) => each.api === api);
      const names = namesIn(row[columns[api]] ?? '');
      const least = [source?.permissions[0], source?.delegated[0]].filter((each) => each !== undefined);
      // Which one cancels an action depends on its type: some are named as examples.
      const examples = name === 'machineActions.cancel' ? source?.permissions.slice(0, 3) : undefined;
      expect(names).toEqual(examples ?? [...new Set(least)]);
    }
  });
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

test('docs/actions.md has a row for every act, with its permission and its name for guardrails', () => {
  const told = tableRows('docs/actions.md')
    .map(([name = '', permission = '', guardrail = '']) =>
      [name, permission, guardrail].map((cell) => cell.replaceAll('`', '')),
    )
    .filter(([name = '']) => actNames.some((each) => each === name));
  expect(told).toEqual(
    expect.arrayContaining(actNames.map((name) => [name, acts[name].permission, acts[name].guardrail])),
  );
  expect(told).toHaveLength(actNames.length);
});

test('docs/settings.md names every act that a guardrail can name, and every permission', () => {
  const text = read('docs/settings.md');
  for (const name of [...Object.keys(guardedActions), ...permissions]) expect(text).toContain(`\`${name}\``);
  expect(actNames.map((name): string => acts[name].guardrail).toSorted()).toEqual(
    Object.keys(guardedActions).toSorted(),
  );
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
  for (const layer of [...layers, 'microsoft', 'clouds', 'config', 'store', 'domain', 'simulator'])
    expect(text).toContain(`\`src/${layer}\``);
});
