import { expect, test } from 'vitest';
import { createOutcomeFinders, type OutcomeReads } from '../../../src/actions/recovery/outcomes.ts';
import type { Alert } from '../../../src/domain/alert.ts';
import type { Machine } from '../../../src/domain/machine.ts';
import { GatewayError, UpstreamError } from '../../../src/errors.ts';
import type { FoundInvestigation } from '../../../src/routing/investigations-of-machines.ts';
import type { MachineChange } from '../../../src/routing/machine-changes.ts';
import { alertFromMde } from '../../../src/unification/alert.ts';
import { machineFromMde } from '../../../src/unification/machine.ts';
import { createManualClock, createTestScope, tenantNamed } from './support.ts';

const machineId = 'a'.repeat(40);
const at = Date.UTC(2026, 2, 1);
const time = (ms: number): string => new Date(at + ms).toISOString();

const machineWith = (machineTags: readonly string[], deviceValue = 'Normal'): Machine =>
  machineFromMde('contoso', { id: machineId, machineTags, deviceValue });

const investigation = (startTime: string | null, triggeringAlertId: string | null = null): FoundInvestigation => ({
  investigationId: '7',
  machineId,
  startTime,
  endTime: null,
  state: 'RUNNING',
  triggeringAlertId,
});

/** Finders over what is there; an error: it cannot be read. */
const findersOver = (
  machine: Machine | Error | null,
  investigations: readonly FoundInvestigation[] | Error,
  alerts: ReadonlyMap<string, Alert | Error> = new Map(),
) => {
  const reads: OutcomeReads = {
    machineActions: { open: () => Promise.reject(new Error('not asked')), byIds: async () => new Map() },
    investigations: {
      open: async () => {
        if (investigations instanceof Error) throw investigations;
        return { page: { items: investigations, next: null } };
      },
    },
    machines: { byIds: async () => new Map(machine === null ? [] : [[machineId, machine]]) },
    incidents: { byIds: async () => new Map() },
    alerts: { byIds: async () => alerts, open: () => Promise.reject(new Error('not asked')) },
    libraryFiles: { byIds: async () => new Map() },
    indicators: {
      all: async () => ({ rows: [], areAll: true, unseen: null }),
      on: async () => ({ rows: [], areAll: true, unseen: null }),
    },
    scanDefinitions: { open: () => Promise.reject(new Error('not asked')) },
  };
  return createOutcomeFinders({ reads });
};

const alert = (detectionSource: string): Alert =>
  alertFromMde({ name: 'contoso', tenantId: 't', portal: null }, { id: 'da', detectionSource });
const alertsOfTheirs = new Map<string, Alert | Error>([
  ['da1', alert('WindowsDefenderAtp')],
  ['own', alert('AutomatedInvestigation')],
  ['unread', new UpstreamError('UPSTREAM_UNAVAILABLE', 'It is down')],
]);
const down = new UpstreamError('UPSTREAM_UNAVAILABLE', 'It is down');
const add: MachineChange = { kind: 'tag', operation: 'ADD', tag: 'x' };
const remove: MachineChange = { kind: 'tag', operation: 'REMOVE', tag: 'x' };
const high: MachineChange = { kind: 'deviceValue', deviceValue: 'HIGH' };

test.each([
  ['a tag that is there', add, machineWith(['x']), false, 'DONE'],
  ['a tag that is not there yet', add, machineWith(['X']), false, null],
  ['a tag that is not there', add, machineWith([]), true, 'NOT_BEGUN'],
  ['a tag that is gone', remove, machineWith(['y']), false, 'DONE'],
  ['a tag that is there still', remove, machineWith(['x']), true, 'NOT_BEGUN'],
  ['a value that is set', high, machineWith([], 'High'), false, 'DONE'],
  ['a value that is not set', high, machineWith([], 'Low'), true, 'NOT_BEGUN'],
  ['a machine that cannot be read', high, down, true, 'UPSTREAM_UNAVAILABLE'],
  ['a machine that is gone', high, null, true, 'NOT_BEGUN'],
] as const)('X1: %s', async (_what, change, machine, settled, expected) => {
  const { scope } = createTestScope(createManualClock(at), 60_000);
  const sought = [{ subject: { kind: 'machine', id: machineId, change }, since: at, settled }] as const;
  const [found] = await findersOver(machine, []).machine(tenantNamed('contoso'), sought, scope);
  expect(found instanceof UpstreamError ? found.code : found && 'outcome' in found ? found.outcome : null).toBe(
    expected,
  );
});

test.each([
  ['an investigation that began then', [investigation(time(1000))], true, 'DONE'],
  ['one that began long before', [investigation(time(-3_600_000))], true, 'NOT_BEGUN'],
  ['one that began shortly before', [investigation(time(-600_000))], true, 'UPSTREAM_UNAVAILABLE'],
  ['one that an alert began', [investigation(time(1000), 'da1')], true, 'NOT_BEGUN'],
  ['one that has an alert of its own', [investigation(time(1000), 'own')], true, 'DONE'],
  ['one whose alert is not there yet', [investigation(time(1000), 'later')], true, 'DONE'],
  ['one whose alert cannot be read', [investigation(time(1000), 'unread')], true, 'UPSTREAM_UNAVAILABLE'],
  [
    'one of shortly before that has an alert of its own',
    [investigation(time(-600_000), 'own')],
    true,
    'UPSTREAM_UNAVAILABLE',
  ],
  ['one of shortly before that an alert began', [investigation(time(-600_000), 'da1')], true, 'NOT_BEGUN'],
  ['one that is queued and does not say when it began', [investigation(null)], true, 'UPSTREAM_UNAVAILABLE'],
  ['one that an alert has queued', [investigation(null, 'da1')], true, 'NOT_BEGUN'],
  ['none yet', [], false, null],
  ['investigations that cannot be read', down, true, 'UPSTREAM_UNAVAILABLE'],
] as const)('X1: %s', async (_what, investigations, settled, expected) => {
  const { scope } = createTestScope(createManualClock(at), 60_000);
  const sought = [{ subject: { kind: 'investigation', machineId }, since: at, settled }] as const;
  const [found] = await findersOver(null, investigations, alertsOfTheirs).investigation(
    tenantNamed('contoso'),
    sought,
    scope,
  );
  expect(found instanceof GatewayError ? found.code : found && 'outcome' in found ? found.outcome : null).toBe(
    expected,
  );
});
