import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { machineCalls } from '../../../src/routing/actions.ts';
import * as graphAlerts from '../../../src/upstream/graph/alerts.ts';
import * as graphHunting from '../../../src/upstream/graph/hunting.ts';
import * as graphIncidents from '../../../src/upstream/graph/incidents.ts';
import { type Operation, segment } from '../../../src/upstream/http/operation.ts';
import * as m365dHunting from '../../../src/upstream/m365d/hunting.ts';
import * as m365dIncidents from '../../../src/upstream/m365d/incidents.ts';
import * as mdeAlerts from '../../../src/upstream/mde/alerts.ts';
import * as mdeHunting from '../../../src/upstream/mde/hunting.ts';
import * as machineActions from '../../../src/upstream/mde/machine-actions.ts';
import * as machines from '../../../src/upstream/mde/machines.ts';

const reads: readonly Operation<unknown>[] = [
  machines.listMachines({ filter: "riskScore eq 'High'", top: 10, skip: 20 }),
  machines.getMachine('m'),
  machines.listMachineAlerts('m'),
  mdeAlerts.listAlerts({ expandEvidence: true }),
  mdeAlerts.getAlert('a'),
  machineActions.listMachineActions({ orderBy: 'creationDateTimeUtc desc' }),
  machineActions.getMachineAction('x'),
  machineActions.getLiveResponseResultLink('x', 0),
  machineActions.getPackageUri('x'),
  mdeHunting.runAdvancedQuery('q'),
  m365dHunting.runAdvancedHunting('q'),
  m365dIncidents.listIncidents(),
  m365dIncidents.getIncident('1'),
  graphHunting.runHuntingQuery('q', 'P7D'),
  graphIncidents.listIncidents(),
  graphIncidents.getIncident('1'),
  graphAlerts.listAlerts(),
  graphAlerts.getAlert('a'),
];

const actions: readonly Operation<unknown>[] = [
  mdeAlerts.updateAlert('a', { status: 'Resolved' }),
  mdeAlerts.batchUpdateAlerts({ alertIds: ['a'] }),
  machineActions.cancelMachineAction('x', 'why'),
  machineCalls.isolate.operation('m', { comment: 'why', isolationType: 'FULL' }),
  machineCalls.release.operation('m', { comment: 'why' }),
  machineCalls.scan.operation('m', { comment: 'why', scanType: 'QUICK' }),
  machineCalls.runLiveResponse.operation('m', { comment: 'why', commands: [] }),
  m365dIncidents.updateIncident('1', { status: 'Active' }),
  graphIncidents.updateIncident('1', { status: 'active' }),
  graphIncidents.addIncidentComment('1', 'seen'),
  graphAlerts.updateAlert('a', { status: 'new' }),
  graphAlerts.addAlertComment('a', 'seen'),
];

const byId = (operations: readonly Operation<unknown>[]) =>
  operations.map((operation) => [operation.id, operation] as const);

describe('operations', () => {
  test.each(byId([...reads, ...actions]))('%s names its API first and at least one permission', (id, operation) => {
    expect(id.split('.')[0]).toBe(operation.api);
    expect(operation.permissions.length).toBeGreaterThan(0);
    expect(operation.path).toMatch(operation.api === 'graph' ? /^\/v1\.0\/security\// : /^\/api\//);
  });

  test('have names of their own', () => {
    const ids = [...reads, ...actions].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(byId(reads))('%s may be repeated', (_, operation) => expect(operation.repeatable).toBe(true));

  test.each(byId(actions))('%s is never repeated, and an empty answer to it is no failure', (_, operation) => {
    expect(operation.repeatable).toBe(false);
    expect(() => operation.parse(undefined)).not.toThrow();
  });

  test.each(byId(reads.filter(({ method }) => method === 'GET')))(
    '%s refuses an answer of another shape',
    (_, operation) => {
      for (const body of [undefined, null, 'text', 5, [], {}, { id: '' }, { value: [null] }, { value: 5 }]) {
        expect(() => operation.parse(body)).toThrow('The answer is not');
      }
    },
  );

  test.each(byId(reads.filter(({ api, method }) => api === 'graph' && method === 'GET')))(
    '%s asks for enum members added later',
    (_, operation) => expect(operation.headers).toEqual({ prefer: 'include-unknown-enum-members' }),
  );

  test.each(byId(reads.filter(({ id }) => /hunt|Query/i.test(id))))(
    '%s has the pace and the errors of hunting',
    (_, operation) => {
      expect(operation).toMatchObject({ method: 'POST', pace: 'hunting', rejectsInput: true });
    },
  );
});

describe('what is not found', () => {
  test('is an empty list of machines, which the API answers 404', () => {
    expect(machines.listMachines().whenNotFound?.()).toEqual({ items: [], nextLink: null });
  });

  test.each(
    byId([
      machines.getMachine('m'),
      mdeAlerts.getAlert('a'),
      machineActions.getMachineAction('x'),
      m365dIncidents.getIncident('1'),
      graphIncidents.getIncident('1'),
      graphAlerts.getAlert('a'),
    ]),
  )('is null for %s', (_, operation) => expect(operation.whenNotFound?.()).toBeNull());
});

describe('bounds of one API', () => {
  test('M365D is never asked for more than 100 incidents', () => {
    expect(m365dIncidents.listIncidents({ top: 1000 }).query).toMatchObject({ $top: 100 });
  });

  test.each([
    ['"https://blob.example/a?sig=1"', 'https://blob.example/a?sig=1'],
    ['https://blob.example/a', 'https://blob.example/a'],
  ])('a link loses its second pair of quotes: %s', (value, link) => {
    expect(machineActions.getPackageUri('x').parse({ value })).toBe(link);
  });
});

describe('a segment of a path', () => {
  test('round-trips any text and never leaves its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (value) => {
        fc.pre(!/^\.{1,2}$/.test(value));
        const path = `/api/machines/${segment(value)}/isolate`;
        const parts = new URL(path, 'https://api.example').pathname.split('/');
        expect(parts).toHaveLength(5);
        expect(decodeURIComponent(parts[3] ?? '')).toBe(value);
      }),
    );
  });

  test.each([
    ['nothing', ''],
    ['a dot, which parsers resolve however it is encoded', '.'],
    ['two dots', '..'],
    ['half a surrogate pair, which has no encoding', '\ud800'],
  ])('refuses %s', (_, value) => {
    expect(() => segment(value)).toThrow(InputError);
  });
});
