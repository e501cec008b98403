import { describe, expect, test } from 'vitest';
import { machineVisibilityOf } from '../../../src/access/machine-visibility.ts';
import { createVisibility, type Judge, type ReadMany } from '../../../src/access/visibility.ts';
import type { Alert } from '../../../src/domain/alert.ts';
import type { Incident } from '../../../src/domain/incident.ts';
import type { Machine } from '../../../src/domain/machine.ts';
import type { MachineAction } from '../../../src/domain/machine-action.ts';
import { UpstreamError } from '../../../src/errors.ts';
import { alertFromMde } from '../../../src/unification/alert.ts';
import { incidentFromGraph } from '../../../src/unification/incident.ts';
import { machineFromMde } from '../../../src/unification/machine.ts';
import { machineActionFromMde } from '../../../src/unification/machine-action.ts';
import { tenantNamed } from '../../support/tenant.ts';

const tenant = tenantNamed('contoso');
const notNow = new UpstreamError('UPSTREAM_UNAVAILABLE', 'Not now');

const machine = (id: string, rbacGroupName: string): Machine => machineFromMde('contoso', { id, rbacGroupName });
const machines = [machine('s1', 'Servers'), machine('s2', 'Servers'), machine('c1', 'Clients')];

/** An alert whose files are on these machines. */
const alert = (id: string, ...machineIds: readonly string[]): Alert =>
  alertFromMde(tenant, { id, evidence: machineIds.map((deviceId) => ({ entityType: 'File', deviceId })) });

/** As Defender for Endpoint lists the alerts of a machine. */
const withoutEvidence = (id: string, machineId: string): Alert => alertFromMde(tenant, { id, machineId }, 'unread');

const incident = (id: string, alerts: readonly Alert[] | null): Incident => ({
  ...incidentFromGraph(tenant, { id }),
  alerts,
});

const action = (id: string, machineId: string): MachineAction => machineActionFromMde('contoso', { id, machineId });

/** Reads from rows at hand, and remembers what was asked; ids with an error fail. */
const readsOf = <T>(rows: readonly T[], idOf: (row: T) => string, failing: readonly string[] = []) => {
  const asked: (readonly string[])[] = [];
  const read: ReadMany<T> = async (_tenant, ids) => {
    asked.push(ids);
    const found = new Map<string, T | Error>(rows.map((row) => [idOf(row), row]));
    for (const id of failing) found.set(id, notNow);
    return new Map([...found].filter(([id]) => ids.includes(id)));
  };
  return { asked, read };
};

/** What a caller limited to the group "Servers" is judged with. */
const watching = (
  rows: {
    readonly alerts?: readonly Alert[];
    readonly incidents?: readonly Incident[];
    readonly failing?: readonly string[];
  } = {},
) => {
  const reads = {
    machines: readsOf(machines, ({ machineId }) => machineId, rows.failing),
    alerts: readsOf(rows.alerts ?? [], ({ alertId }) => alertId, rows.failing),
    incidents: readsOf(rows.incidents ?? [], ({ incidentId }) => incidentId, rows.failing),
  };
  const sees = machineVisibilityOf([{ machines: { machineGroups: ['servers'], machineTags: [] } }]);
  const visibility = createVisibility(
    { machineVisibility: () => sees },
    { machines: reads.machines.read, alerts: reads.alerts.read, incidents: reads.incidents.read },
  );
  const asked = { machines: reads.machines.asked, alerts: reads.alerts.asked, incidents: reads.incidents.asked };
  return { visibility, asked };
};

const seen = async <T>(judge: Judge<T> | null, rows: readonly T[]): Promise<readonly number[]> => {
  if (judge === null) throw new Error('nobody judges');
  const visible = await judge(rows);
  return rows.flatMap((row, index) => (visible.has(row) ? [index] : []));
};

test('whoever has no limits is not judged, and nothing is read', () => {
  const visibility = createVisibility(
    { machineVisibility: () => null },
    {
      machines: () => Promise.reject(notNow),
      alerts: () => Promise.reject(notNow),
      incidents: () => Promise.reject(notNow),
    },
  );
  expect(visibility.machines('machine:read', tenant)).toBeNull();
  expect(visibility.machineActions('action:read', tenant)).toBeNull();
  expect(visibility.alerts('alert:read', tenant)).toBeNull();
  expect(visibility.incidents('incident:read', tenant)).toBeNull();
});

test('machines are judged as they are', async () => {
  const { visibility, asked } = watching();
  expect(await seen(visibility.machines('machine:read', tenant), machines)).toEqual([0, 1]);
  expect(asked.machines).toEqual([]);
});

test('actions are judged by their machines, and an action of a machine that is gone is not seen', async () => {
  const { visibility, asked } = watching();
  const rows = [action('a', 's1'), action('b', 'c1'), action('c', 'gone'), action('d', 's1')];
  expect(await seen(visibility.machineActions('action:read', tenant), rows)).toEqual([0, 3]);
  expect(asked.machines).toEqual([['s1', 'c1', 'gone']]);
});

describe('alerts', () => {
  test.each<[string, Alert, boolean]>([
    ['with one machine that is seen', alert('a', 'c1', 's1'), true],
    ['with none that is seen', alert('a', 'c1'), false],
    ['with none at all', alert('a'), false],
    ['with one that is gone', alert('a', 'gone'), false],
    ['without evidence, of a machine that is seen', withoutEvidence('a', 's2'), true],
  ])('%s', async (_name, row, expected) => {
    const { visibility, asked } = watching();
    expect(await seen(visibility.alerts('alert:read', tenant), [row])).toEqual(expected ? [0] : []);
    expect(asked.alerts).toEqual([]);
  });

  test('without evidence, of a machine that is not seen, are read again together', async () => {
    const { visibility, asked } = watching({ alerts: [alert('a', 'c1', 's2'), alert('b', 'c1')] });
    const rows = ['a', 'b', 'gone'].map((id) => withoutEvidence(id, 'c1'));
    expect(await seen(visibility.alerts('alert:read', tenant), rows)).toEqual([0]);
    expect(asked.alerts).toEqual([['a', 'b', 'gone']]);
  });

  test.each([1, 100, 10_000])('%i of them ask for their machines once, each machine once', async (count) => {
    const { visibility, asked } = watching();
    const rows = Array.from({ length: count }, (_, index) => alert(`a${index}`, `m${index}`, `m${index + 1}`));
    await seen(visibility.alerts('alert:read', tenant), rows);
    expect(asked.machines.map((ids) => ids.length)).toEqual([count + 1]);
  });

  test('whose machines cannot be read are not shown, unless another machine shows them', async () => {
    const { visibility } = watching({ failing: ['x'] });
    const judge = visibility.alerts('alert:read', tenant);
    expect(await seen(judge, [alert('a', 'x', 's1')])).toEqual([0]);
    await expect(seen(judge, [alert('a', 's1'), alert('b', 'x', 'c1')])).rejects.toBe(notNow);
  });
});

describe('incidents', () => {
  test('are judged by their alerts', async () => {
    const { visibility, asked } = watching();
    const rows = [
      incident('1', [alert('a', 'c1'), alert('b', 's1')]),
      incident('2', [alert('c', 'c1')]),
      incident('3', []),
    ];
    expect(await seen(visibility.incidents('incident:read', tenant), rows)).toEqual([0]);
    expect(asked.machines).toEqual([['c1', 's1']]);
    expect(asked.incidents).toEqual([]);
  });

  test('that came without alerts are read again together', async () => {
    const { visibility, asked } = watching({
      incidents: [incident('1', [alert('a', 's1')]), incident('2', [alert('b', 'c1')])],
    });
    const rows = ['1', '2', '3'].map((id) => incident(id, null));
    expect(await seen(visibility.incidents('incident:read', tenant), rows)).toEqual([0]);
    expect(asked.incidents).toEqual([['1', '2', '3']]);
  });

  test('that cannot be read again are not passed over in silence', async () => {
    const { visibility } = watching({ failing: ['1'] });
    await expect(seen(visibility.incidents('incident:read', tenant), [incident('1', null)])).rejects.toBe(notNow);
  });
});
