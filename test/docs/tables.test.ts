import { isEnumType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { errorTable, withErrorTable } from '../../scripts/readme/errors.ts';
import { permissionTable, withPermissionTable } from '../../scripts/readme/permissions.ts';
import { roleTable, withRoleTable } from '../../scripts/readme/roles.ts';
import { actionNames, actions } from '../../src/actions/table.ts';
import { type CloudName, cloudNames, clouds } from '../../src/clouds/endpoints.ts';
import { guardedActions } from '../../src/config/guardrails.ts';
import { permissions } from '../../src/config/permissions.ts';
import { documentCodes, errorCodes } from '../../src/errors.ts';
import { capabilities, capabilityNames } from '../../src/routing/capabilities.ts';
import { createSchema } from '../../src/server/schema.ts';
import { read, tableRows } from './pages.ts';

const rows = tableRows('README.md');

test('R7: docs/permissions.md names what to grant, API by API, to an app and to a user', () => {
  const page = read('docs/permissions.md');
  expect(withPermissionTable(page, permissionTable())).toBe(page);
  const told = tableRows('docs/permissions.md').map(([first]) => first);
  expect(capabilityNames.filter((name) => !told.includes(capabilities[name].says))).toEqual([]);
});

// Written anew by `npm run readme`.
test('P4: docs/permissions.md has what each permission of a role allows, as the table of roles has it', () => {
  const page = read('docs/permissions.md');
  expect(withRoleTable(page, roleTable())).toBe(page);
  expect(page).toContain('| `machine:isolate` ');
});

test('P4: the table of docs/errors.md is that of the code and the schema', () => {
  const page = read('docs/errors.md');
  expect(withErrorTable(page, errorTable())).toBe(page);
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

test('docs/actions.md has a row for every action, with its permission and its name for guardrails', () => {
  const told = tableRows('docs/actions.md')
    .map(([name = '', permission = '', guardrail = '']) =>
      [name, permission, guardrail].map((cell) => cell.replaceAll('`', '')),
    )
    .filter(([name = '']) => actionNames.some((each) => each === name));
  expect(told).toEqual(
    expect.arrayContaining(actionNames.map((name) => [name, actions[name].permission, actions[name].guardrail])),
  );
  expect(told).toHaveLength(actionNames.length);
});

test('docs/settings.md names every action that a guardrail can name, and every permission', () => {
  const text = read('docs/settings.md');
  for (const name of [...Object.keys(guardedActions), ...permissions]) expect(text).toContain(`\`${name}\``);
  expect(actionNames.map((name): string => actions[name].guardrail).toSorted()).toEqual(
    Object.keys(guardedActions).toSorted(),
  );
});

test('P3: the enum ErrorCode has every code, in the same order, and one for what a newer version kept', () => {
  const type = createSchema().getType('ErrorCode');
  const values = isEnumType(type) ? type.getValues() : [];
  expect(values.map(({ name }) => name)).toEqual([...errorCodes, ...documentCodes, 'UNKNOWN']);
  expect(values.filter(({ description }) => !description)).toEqual([]);
});

test('docs/errors.md explains every code, and no other', () => {
  const explained = tableRows('docs/errors.md').map(([code = '']) => code.replaceAll('`', ''));
  expect(explained).toEqual(['code', ...errorCodes, ...documentCodes]);
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

test('docs/architecture.md has the policies of a call in the order of src/upstream/http/send.ts', () => {
  const list = /through\(\n( +)\[\n([\s\S]*?)\n\1\],\n +(\w+)/.exec(read('src/upstream/http/send.ts'));
  // What is put in under a condition stands in its array.
  const policies = [...(list?.[2] ?? '').matchAll(/^ {6}(?:\.\.\..*\[)?(\w+)/gm)].map(({ 1: name }) => name);
  const told = tableRows('docs/architecture.md').map(([policy = '']) => policy.replaceAll('`', ''));
  const from = told.indexOf('policy') + 1;
  expect(policies.length).toBeGreaterThan(5);
  expect(told.slice(from, from + policies.length + 1)).toEqual([...policies, list?.[3]]);
});
