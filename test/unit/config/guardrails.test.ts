import { describe, expect, test } from 'vitest';
import { contoso, faultsOf, parse, settings } from './settings.ts';

describe('a rule that cannot hold is a fault with its path', () => {
  test.each([
    [
      'an unknown action',
      { deny: 'isolat' },
      'guardrails[0].deny',
      '"isolat" is no action of the gateway; did you mean "isolate"?',
    ],
    [
      'neither kind',
      { machineTags: 'x' },
      'guardrails[0]',
      'says nothing: give deny, requireComment or requireApproval',
    ],
    [
      'both kinds',
      { deny: 'all', requireComment: 'INC' },
      'guardrails[0]',
      'has deny and requireComment: make a rule of each',
    ],
    [
      'a pattern that does not parse',
      { requireComment: '(' },
      'guardrails[0].requireComment',
      'is no regular expression',
    ],
    [
      'an unknown condition',
      { deny: 'all', machineTag: 'x' },
      'guardrails[0].machineTag',
      expect.stringContaining('machineTags'),
    ],
    [
      'an unknown role',
      { deny: 'all', unlessRole: 'admn' },
      'guardrails[0].unlessRole',
      'no role "admn"; did you mean "admin"?',
    ],
    [
      'an unknown tenant',
      { deny: 'all', tenants: 'fabrikam' },
      'guardrails[0].tenants',
      'no tenant has the name "fabrikam"',
    ],
    ['an unknown tag', { deny: 'all', tenantTags: ['x'] }, 'guardrails[0].tenantTags', 'no tenant has the tag "x"'],
    [
      'an unknown device value',
      { deny: 'all', deviceValue: 'top' },
      'guardrails[0].deviceValue',
      'must be one of: unknown, low, normal, high',
    ],
    [
      'a time zone that is none',
      { deny: 'all', outsideHours: { from: '08:00', to: '18:00', timeZone: 'Mars/Olympus' } },
      'guardrails[0].outsideHours.timeZone',
      'is no time zone, as e.g. Europe/Berlin is',
    ],
    [
      'a machine condition on what has no machine',
      { deny: 'updateAlerts', machineTags: 'x' },
      'guardrails[0].machineTags',
      'is a condition on machines, and updateAlerts has none',
    ],
    [
      'an approver who may not approve',
      { requireApproval: 'isolate', approverRoles: 'hunter' },
      'guardrails[0].approverRoles',
      'the role "hunter" lacks the permission "action:approve"',
    ],
    [
      'approvers where nobody is asked',
      { deny: 'isolate', approverRoles: 'admin' },
      'guardrails[0].approverRoles',
      'goes with requireApproval: nobody is asked otherwise',
    ],
    [
      'an approval that stands for more than a day',
      { requireApproval: 'isolate', validMinutes: 1441 },
      'guardrails[0].validMinutes',
      expect.any(String),
    ],
    [
      'a list of scripts for actions that have none',
      { deny: ['runLiveResponse', 'isolate'], unlessScripts: 'triage.ps1' },
      'guardrails[0].unlessScripts',
      'goes with runLiveResponse alone, and isolate has no commands: make a rule of its own',
    ],
  ])('%s', async (_name, rule, path, message) => {
    expect(await faultsOf(settings({ guardrails: [rule] }))).toEqual([{ path, message }]);
  });

  test('a switch that is neither on nor off', async () => {
    expect(await faultsOf(settings({ actions: { categories: { triage: 'maybe' } } }))).toEqual([
      { path: 'actions.categories.triage', message: 'must be one of: on, off' },
    ]);
  });
});

test('without settings everything is on and nothing is forbidden', async () => {
  const { actions, guardrails } = await parse(settings());
  expect(guardrails).toEqual([]);
  expect(actions).toEqual({
    readOnly: false,
    categories: { machine: 'on', liveResponse: 'on', triage: 'on', indicators: 'on' },
  });
});

test('X1: lists of live response stand together, and one that is left out is empty', async () => {
  const rule = { deny: 'runLiveResponse', unlessScripts: 'triage.ps1', unlessPaths: ['C:\\Logs\\**'] };
  const { guardrails } = await parse(settings({ guardrails: [rule] }));
  expect(guardrails).toMatchObject([
    { when: { unlessCommands: { scripts: ['triage.ps1'], files: [], paths: ['C:\\Logs\\**'] } } },
  ]);
});

test('one value stands for a list, tags for their tenants, and a rule without a name has its place', async () => {
  const { guardrails } = await parse(
    settings({
      tenants: [{ ...contoso, tags: ['emea'] }],
      guardrails: [
        { deny: 'isolate', machineTags: 'Crown-Jewel', tenantTags: 'emea', unlessRole: 'admin' },
        { name: 'tickets', requireComment: 'INC\\d+', actions: ['isolate', 'release'] },
        { name: 'two', requireApproval: 'runLiveResponse', approverRoles: 'admin', validMinutes: 30 },
        { name: 'anyone', requireApproval: ['release'] },
      ],
    }),
  );
  expect(guardrails).toMatchObject([
    {
      name: 'guardrails[0]',
      actions: ['isolate'],
      demand: { kind: 'never' },
      when: { machineTags: ['crown-jewel'], tenants: ['contoso'] },
      unlessRole: ['admin'],
    },
    {
      name: 'tickets',
      actions: ['isolate', 'release'],
      demand: { kind: 'comment', pattern: /INC\d+/u },
      when: {},
      unlessRole: [],
    },
    { actions: ['runLiveResponse'], demand: { kind: 'approval', validMs: 1_800_000, approverRoles: ['admin'] } },
    { actions: ['release'], demand: { kind: 'approval', validMs: 3_600_000, approverRoles: [] } },
  ]);
});
