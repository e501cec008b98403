import { describe, expect, test } from 'vitest';
import { createAccess } from '../../../src/access/access.ts';
import { callerWith as limitedCallerWith } from '../../../src/access/caller.ts';
import { grantsOf } from '../../../src/access/grants.ts';
import { createTenantDirectory } from '../../../src/config/directory.ts';
import type { ActionSwitches, Guardrail, Hours } from '../../../src/config/guardrails.ts';
import { unlimitedRole } from '../../../src/config/roles.ts';
import type { Machine } from '../../../src/domain/machine.ts';
import { createGuardrails, type GuardedMutation } from '../../../src/guardrails/guardrails.ts';
import { isWithin } from '../../../src/guardrails/hours.ts';
import { machineFromMde } from '../../../src/unification/machine.ts';
import { createCaller } from '../../support/caller.ts';
import { createManualClock, tenantNamed } from '../actions/support.ts';

/** Wednesday, 4 March 2026, 07:30 UTC. */
const wednesday = Date.UTC(2026, 2, 4, 7, 30);

const allOn: ActionSwitches = {
  readOnly: false,
  categories: { machine: 'on', liveResponse: 'on', triage: 'on', indicators: 'on' },
};

const rule = (changes: Partial<Guardrail>): Guardrail => ({
  name: 'the rule',
  actions: ['isolate'],
  demand: { kind: 'never' },
  when: {},
  unlessRole: [],
  message: null,
  ...changes,
});

const machine = (changes: Partial<Machine>): Machine => ({
  ...machineFromMde('contoso', { id: 'a'.repeat(40) }),
  ...changes,
});

const callerWith = (roles: readonly string[]) =>
  createCaller({ id: 'apiKey:a', name: 'a', kind: 'apiKey', roles, permissions: new Set(), tenants: 'all' });

const accessOf = (caller: GuardedMutation['caller'], guardrails: readonly Guardrail[] = []) =>
  createAccess({ directory: createTenantDirectory([]), guardrails }, 10)(caller);

/** Names of the rules that speak. */
const spoken = (
  rules: readonly Guardrail[],
  of: Machine | null,
  mutation: Partial<GuardedMutation> = {},
  switches = allOn,
): readonly string[] =>
  createGuardrails({ switches, clock: createManualClock(wednesday) })({
    caller: callerWith(['responder']),
    access: accessOf(mutation.caller ?? callerWith(['responder']), rules),
    approved: null,
    action: 'isolate',
    tenant: tenantNamed('contoso'),
    targets: 1,
    comment: 'INC0012 beaconing',
    ...mutation,
  }).refusal(of)?.spoken ?? [];

const jewel = machine({
  machineTags: ['Crown-Jewel'],
  deviceValue: 'HIGH',
  osPlatform: 'WindowsServer2022',
  rbacGroupName: 'DCs',
});
const other = machine({
  machineTags: ['kiosk'],
  deviceValue: 'LOW',
  osPlatform: 'Windows11',
  rbacGroupName: 'Laptops',
});
const office: Hours = { fromMinute: 480, toMinute: 1080, days: ['mon', 'tue', 'wed', 'thu', 'fri'], timeZone: 'UTC' };

describe('each condition holds where it should and nowhere else', () => {
  test.each<[string, Guardrail['when'], Machine, Partial<GuardedMutation>, Machine, Partial<GuardedMutation>]>([
    ['machineTags', { machineTags: ['crown-jewel'] }, jewel, {}, other, {}],
    ['machineGroups', { machineGroups: ['dcs'] }, jewel, {}, other, {}],
    ['deviceValue', { deviceValue: ['high'] }, jewel, {}, other, {}],
    ['osPlatform', { osPlatform: ['windowsserver2022'] }, jewel, {}, other, {}],
    ['tenants', { tenants: ['contoso'] }, other, {}, other, { tenant: tenantNamed('fabrikam') }],
    ['maxTargets', { maxTargets: 3 }, other, { targets: 4 }, other, { targets: 3 }],
    ['all of several', { machineTags: ['crown-jewel'], maxTargets: 3 }, jewel, { targets: 4 }, jewel, { targets: 3 }],
  ])('%s', (_name, when, hit, hitAction, missed, missedAction) => {
    expect(spoken([rule({ when })], hit, hitAction)).toEqual(['the rule']);
    expect(spoken([rule({ when })], missed, missedAction)).toEqual([]);
  });

  test('another action is none of its business', () => {
    expect(spoken([rule({})], jewel, { action: 'release' })).toEqual([]);
  });

  test('hours: forbidden outside, or during', () => {
    expect(spoken([rule({ when: { outsideHours: office } })], other)).toEqual(['the rule']);
    expect(spoken([rule({ when: { duringHours: office } })], other)).toEqual([]);
  });
});

test('a role excepts its callers', () => {
  const rules = [rule({ unlessRole: ['admin'] })];
  expect(spoken(rules, jewel)).toEqual(['the rule']);
  expect(spoken(rules, jewel, { caller: callerWith(['reader', 'admin']) })).toEqual([]);
});

describe('X4: a role that is limited to machines', () => {
  const table = { 'dc-team': { ...unlimitedRole([]), machines: { machineGroups: ['DCs'], machineTags: [] } } };
  const limited = limitedCallerWith({ id: 'apiKey:a', name: 'a', kind: 'apiKey' }, grantsOf(['dc-team'], table));
  const excepting = [rule({ unlessRole: ['dc-team'] })];
  const approving = [rule({ demand: { kind: 'approval', validMs: 1, approverRoles: ['dc-team'] } })];
  const approved = { approvalId: '1', by: { id: 'apiKey:b', name: 'b' }, access: accessOf(limited), until: Infinity };

  test.each<[string, readonly Guardrail[], Partial<GuardedMutation>]>([
    ['excepts from', excepting, { caller: limited }],
    ['approves of', approving, { approved }],
  ])('%s what it covers alone', (_name, rules, mutation) => {
    expect(spoken(rules, jewel, mutation)).toEqual([]);
    expect(spoken(rules, other, mutation)).toEqual(['the rule']);
    // An action that has no machine is covered by no role that is limited.
    expect(spoken(rules, null, mutation)).toEqual(['the rule']);
  });
});

test('X3: an approval lifts nothing any more from its end on', () => {
  const rules = [rule({ demand: { kind: 'approval', validMs: 1, approverRoles: [] } })];
  const by = { id: 'apiKey:b', name: 'b' };
  const until = (moment: number) => ({
    approved: { approvalId: '1', by, access: accessOf(callerWith(['lead'])), until: moment },
  });
  expect(spoken(rules, jewel, until(wednesday + 1))).toEqual([]);
  expect(spoken(rules, jewel, until(wednesday))).toEqual(['the rule']);
});

test('a comment that matches the pattern satisfies a rule; none does not', () => {
  const rules = [rule({ demand: { kind: 'comment', pattern: /^INC\d+/u } })];
  expect(spoken(rules, jewel)).toEqual([]);
  expect(spoken(rules, jewel, { comment: 'because' })).toEqual(['the rule']);
  expect(spoken(rules, jewel, { comment: null })).toEqual(['the rule']);
});

describe('a rule that wants a second person', () => {
  const byLead = rule({ name: 'lead', demand: { kind: 'approval', validMs: 600_000, approverRoles: ['lead'] } });
  const byAnyone = rule({ name: 'anyone', demand: { kind: 'approval', validMs: 300_000, approverRoles: [] } });
  const approvedBy = (...roles: readonly string[]) => ({
    approved: {
      approvalId: '1',
      by: { id: 'apiKey:b', name: 'b' },
      access: accessOf(callerWith(roles)),
      until: Number.POSITIVE_INFINITY,
    },
  });
  const refusalOf = (rules: readonly Guardrail[], mutation: Partial<GuardedMutation> = {}) =>
    createGuardrails({ switches: allOn, clock: createManualClock(wednesday) })({
      caller: callerWith(['responder']),
      access: accessOf(mutation.caller ?? callerWith(['responder']), rules),
      approved: null,
      action: 'isolate',
      tenant: tenantNamed('contoso'),
      targets: 1,
      comment: null,
      ...mutation,
    }).refusal(jewel);

  test('objects until one with the role agrees', () => {
    expect(spoken([byLead, byAnyone], jewel)).toEqual(['lead', 'anyone']);
    expect(spoken([byLead, byAnyone], jewel, approvedBy('responder'))).toEqual(['lead']);
    expect(spoken([byLead, byAnyone], jewel, approvedBy('lead'))).toEqual([]);
  });

  test('says whose word would do, for the shortest time that a rule gives', () => {
    expect(refusalOf([byLead, byAnyone])).toMatchObject({
      error: {
        code: 'GUARDRAIL',
        message: expect.stringContaining('requestApproval'),
        details: { approval: { validMs: 300_000, approverRoles: [['lead']] } },
      },
    });
  });

  test('gives way to one that nobody can lift, which is told first', () => {
    expect(refusalOf([byAnyone, rule({ name: 'no' })])).toMatchObject({
      error: {
        message: 'isolate is forbidden here (guardrail "no")',
        details: { tenant: 'contoso', guardrails: ['anyone', 'no'] },
      },
    });
  });
});

test('every rule that objects is named, a switch before all', () => {
  const rules = [rule({ name: 'first' }), rule({ name: 'second' })];
  expect(spoken(rules, jewel, {}, { ...allOn, readOnly: true })).toEqual(['actions.readOnly', 'first', 'second']);
  expect(spoken([], jewel, {}, { ...allOn, categories: { ...allOn.categories, machine: 'off' } })).toEqual([
    'actions.categories.machine',
  ]);
  expect(
    spoken([], null, { action: 'updateAlerts' }, { ...allOn, categories: { ...allOn.categories, machine: 'off' } }),
  ).toEqual([]);
});

test('machines are asked for only when a rule that may apply has a condition on them', () => {
  const needs = (when: Guardrail['when'], mutation: Partial<GuardedMutation> = {}) =>
    createGuardrails({ switches: allOn, clock: createManualClock(wednesday) })({
      caller: callerWith([]),
      access: accessOf(mutation.caller ?? callerWith([]), [rule({ when })]),
      approved: null,
      action: 'isolate',
      tenant: tenantNamed('contoso'),
      targets: 1,
      comment: null,
      ...mutation,
    }).needsMachines;
  expect(needs({ machineTags: ['x'] })).toBe(true);
  expect(needs({ tenants: ['contoso'] })).toBe(false);
  expect(needs({ machineTags: ['x'], tenants: ['fabrikam'] })).toBe(false);
  expect(needs({ machineTags: ['x'] }, { action: 'release' })).toBe(false);
});

test.each<[string, Partial<Hours>, number, boolean]>([
  ['the first minute is within', {}, Date.UTC(2026, 2, 4, 8, 0), true],
  ['the last is not', {}, Date.UTC(2026, 2, 4, 18, 0), false],
  ['a Saturday is not', {}, Date.UTC(2026, 2, 7, 12, 0), false],
  ['the zone counts, summer time too', { timeZone: 'Europe/Berlin' }, Date.UTC(2026, 6, 1, 6, 0), true],
  ['a night reaches into the next day', { fromMinute: 1320, toMinute: 360 }, Date.UTC(2026, 2, 7, 5, 59), true],
  [
    'the night after the last day is not within',
    { fromMinute: 1320, toMinute: 360 },
    Date.UTC(2026, 2, 8, 5, 0),
    false,
  ],
  ['from and to alike are the whole day', { fromMinute: 0, toMinute: 0 }, Date.UTC(2026, 2, 4, 23, 0), true],
])('%s', (_name, changes, moment, expected) => {
  expect(isWithin({ ...office, ...changes }, moment)).toBe(expected);
});

describe('X1: a list of what live response may do', () => {
  const unlessCommands = {
    scripts: ['collect-*.ps1', 'triage.ps1'],
    files: ['tools/**'],
    paths: ['C:\\Windows\\Logs\\**', 'C:\\Users\\*\\NTUSER.DAT', '/var/log/*.log'],
  };
  const lists = rule({ actions: ['runLiveResponse'], when: { unlessCommands } });
  const script = (scriptName: string) => ({ type: 'RUN_SCRIPT', scriptName, args: null }) as const;
  const put = (fileName: string) => ({ type: 'PUT_FILE', fileName }) as const;
  const fetched = (path: string) => ({ type: 'GET_FILE', path }) as const;
  const speaks = (...commands: NonNullable<GuardedMutation['commands']>) =>
    spoken([lists], other, { action: 'runLiveResponse', commands }).length > 0;

  test.each([
    script('triage.ps1'),
    script('Collect-Logs.PS1'),
    script('collect-.ps1'),
    put('tools\\x\\y.exe'),
    fetched('c:\\windows\\logs\\CBS\\cbs.log'),
    fetched('C:/Windows/Logs/x'),
    fetched('C:\\Users\\zoe\\ntuser.dat'),
    fetched('/var/log/auth.log'),
    fetched('C:\\Windows\\Logs\\..x\\.hidden'),
  ])('$type $scriptName$fileName$path is on it', (command) => expect(speaks(command)).toBe(false));

  test.each([
    script('wipe.ps1'),
    script('triage.ps1.exe'),
    script('x-triage.ps1'),
    script('collect-a\\b.ps1'),
    script('*'),
    put('triage.ps1'),
    fetched('C:\\Windows\\Logs'),
    fetched('C:\\Windows\\Logs\\..\\System32\\config\\SAM'),
    fetched('C:\\Windows\\Logs\\.. \\System32\\config\\SAM'),
    fetched('C:/Windows/Logs/../System32/config/SAM'),
    fetched('C:\\Windows\\Logs\\.\\x'),
    fetched('C:\\Windows\\Logs\\x\u0000'),
    fetched('C:\\Users\\a\\b\\NTUSER.DAT'),
    fetched('/var/log/private/auth.log'),
    fetched('/var/log/authxlog'),
  ])('$type $scriptName$fileName$path is not', (command) => expect(speaks(command)).toBe(true));

  test('one command that is not on it is enough, and what has no list is not on it', () => {
    expect(speaks(script('triage.ps1'), fetched('C:\\Windows\\Logs\\a'))).toBe(false);
    expect(speaks(script('triage.ps1'), fetched('C:\\a'))).toBe(true);
    const scripts = rule({ actions: ['runLiveResponse'], when: { unlessCommands: { ...unlessCommands, paths: [] } } });
    const commands = [fetched('C:\\Windows\\Logs\\a')];
    expect(spoken([scripts], other, { action: 'runLiveResponse', commands })).toEqual(['the rule']);
  });

  test('a path and a pattern full of stars take no time', () => {
    const paths = [`C:\\${'*a'.repeat(40)}\\**x**y**z`];
    const greedy = rule({ actions: ['runLiveResponse'], when: { unlessCommands: { ...unlessCommands, paths } } });
    for (const length of [1000, 30_000]) {
      const commands = [fetched(`C:\\${'a'.repeat(length)}`)];
      expect(spoken([greedy], other, { action: 'runLiveResponse', commands })).toEqual(['the rule']);
    }
    expect(speaks(fetched(`C:\\Windows\\Logs\\${'a'.repeat(30_000)}`))).toBe(true);
  });
});
