import { describe, expect, test } from 'vitest';
import { checkComment, checkKeys, checkTargets, checkWaitSeconds } from '../../../src/actions/check-input.ts';
import type { LiveResponseCommandInput } from '../../../src/actions/inputs.ts';
import { checkCommands } from '../../../src/actions/live-response/commands.ts';

describe('the input of every mutation', () => {
  test.each<[string, () => unknown, string]>([
    ['no target', () => checkTargets('machineIds', [], 3), 'machineIds is empty'],
    ['too many targets', () => checkTargets('machineIds', ['a', 'b', 'c', 'd'], 3), '3 are allowed'],
    ['a blank target', () => checkTargets('machineIds', ['a', ' '], 3), 'machineIds[1] is blank'],
    ['a blank comment', () => checkComment('\n '), 'comment is blank'],
    ['a comment of 4001 characters', () => checkComment('x'.repeat(4001)), 'longer than 4000'],
    ['a negative wait', () => checkWaitSeconds(-1), '0 to 600'],
    ['a wait of 601 seconds', () => checkWaitSeconds(601), '0 to 600'],
    ['a blank key', () => checkKeys({ idempotencyKey: '' }), 'idempotencyKey is blank'],
    [
      'a clientMutationId of 257 characters',
      () => checkKeys({ clientMutationId: 'c'.repeat(257) }),
      'clientMutationId is longer than 256',
    ],
    ['a key of 257 characters', () => checkKeys({ idempotencyKey: 'k'.repeat(257) }), 'longer than 256'],
  ])('%s is an input error', (_name, check, message) => {
    expect(check).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining(message) }),
    );
  });

  test('the borders are allowed', () => {
    expect(checkTargets('machineIds', [' a', 'b', 'c'], 3)).toEqual(['a', 'b', 'c']);
    expect(checkComment('x'.repeat(4000))).toHaveLength(4000);
    expect([checkWaitSeconds(0), checkWaitSeconds(600)]).toEqual([0, 600]);
    expect(checkKeys({})).toBeUndefined();
  });
});

describe('live response commands', () => {
  const put: LiveResponseCommandInput = { type: 'PUT_FILE', fileName: 'tool.exe' };
  const run: LiveResponseCommandInput = { type: 'RUN_SCRIPT', scriptName: 'collect.ps1', args: '-Days 2' };
  const get: LiveResponseCommandInput = { type: 'GET_FILE', path: 'C:\\temp\\out.zip' };

  test('each may be repeated, in their order', () => {
    expect(checkCommands([put, put, run, { ...run, args: null }, get])).toEqual([
      put,
      put,
      run,
      { ...run, args: null },
      get,
    ]);
  });

  test.each<[string, readonly LiveResponseCommandInput[], string]>([
    ['none', [], 'commands is empty'],
    ['a script before a file that it may need', [run, put], 'commands[1]: PUT_FILE cannot come after RUN_SCRIPT'],
    ['a fetch before a script', [get, run], 'RUN_SCRIPT cannot come after GET_FILE'],
    ['a fetch before a file', [get, put], 'PUT_FILE cannot come after GET_FILE'],
    ['a file without its name', [{ type: 'PUT_FILE' }], 'commands[0]: PUT_FILE needs fileName'],
    ['a script without its name', [{ type: 'RUN_SCRIPT', args: 'x' }], 'RUN_SCRIPT needs scriptName'],
    ['a blank path', [{ type: 'GET_FILE', path: ' ' }], 'GET_FILE needs path'],
    ['what a command does not take', [{ ...get, scriptName: 'x.ps1' }], 'GET_FILE takes no scriptName'],
    [
      'arguments that no command line holds',
      [{ ...run, args: 'x'.repeat(32_001) }],
      'commands[0].args is longer than 32000',
    ],
    ['a type that Defender alone knows', [{ type: 'OTHER' }], 'OTHER is no command to give'],
  ])('%s is an input error', (_name, commands, message) => {
    expect(() => checkCommands(commands)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining(message) }),
    );
  });
});
