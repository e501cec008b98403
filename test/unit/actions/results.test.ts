import { describe, expect, test } from 'vitest';
import { clouds } from '../../../src/clouds/endpoints.ts';
import type { Tenant } from '../../../src/config/tenants.ts';
import { checkDownload } from '../../../src/downloads/hosts.ts';
import { readScriptReport } from '../../../src/unification/script-report.ts';

describe('the report of a script', () => {
  const report = { scriptName: 'collect.ps1', exitCode: 0, output: 'one\ntwo', errors: '' };

  test.each<[string, string]>([
    ['as JSON', '{"script_name":"collect.ps1","exit_code":0,"script_output":"one\\ntwo","script_errors":""}'],
    [
      'with a byte order mark',
      '\uFEFF{"script_name":"collect.ps1","exit_code":0,"script_output":"one\\ntwo","script_errors":""}',
    ],
    [
      'with line breaks inside strings',
      '{"script_name":"collect.ps1","exit_code":0,"script_output":"one\ntwo","script_errors":""}',
    ],
    [
      'padded with escaped NULs',
      '{"script_name":"collect.ps1","exit_code":0,"script_output":"one\\ntwo\\u0000\\u0000","script_errors":""}',
    ],
    [
      'padded with raw NULs',
      '{"script_name":"collect.ps1","exit_code":0,"script_output":"one\ntwo\0\0\0","script_errors":"\0"}\0\0',
    ],
    [
      'with null for no errors',
      '{"script_name":"collect.ps1","exit_code":"0","script_output":"one\\ntwo","script_errors":null}',
    ],
    ['in a list', '[{"script_name":"collect.ps1","exit_code":0,"script_output":"one\\ntwo","script_errors":""}]'],
    [
      'as JSON in a text',
      JSON.stringify('{"script_name":"collect.ps1","exit_code":0,"script_output":"one\\ntwo","script_errors":""}'),
    ],
    ['in Pascal case', '{"ScriptName":"collect.ps1","ExitCode":0,"ScriptOutput":"one\\ntwo","ScriptErrors":""}'],
    ['in camel case', '{"scriptName":"collect.ps1","exitCode":0,"scriptOutput":"one\\ntwo","scriptErrors":""}'],
  ])('is read %s', (_name, text) => {
    expect(readScriptReport(text)).toEqual(report);
  });

  test.each([
    ['3221225786', 3_221_225_786],
    ['-1073741510', -1_073_741_510],
    ['"3221225786"', 3_221_225_786],
    ['"0xC000013A"', 3_221_225_786],
    ['""', null],
    ['true', null],
    ['1.5', null],
    ['null', null],
  ])('R8: an exit code of %s is %j', (sent, exitCode) =>
    expect(readScriptReport(`{"exit_code":${sent},"script_output":""}`)).toMatchObject({ exitCode }),
  );

  test('keeps single backslashes of Windows paths', () => {
    const text =
      '{"script_name":"a.ps1","exit_code":1,"script_output":"C:\\ProgramData\\Sense\n\\"quoted\\"","script_errors":""}';
    expect(readScriptReport(text).output).toBe('C:\\ProgramData\\Sense\n"quoted"');
  });

  test.each([
    ['C:\\Users\\new\\temp', 'C:\\Users\\new\\temp'],
    ['ends with C:\\Users\\', 'ends with C:\\Users\\'],
    ['says "no"', 'says "no"'],
    ['", "script_errors": "of its own"', '", "script_errors": "of its own"'],
    ['\\\\srv\\share', '\\\\srv\\share'],
  ])('printed without escapes, %s is read as it stands', (printed, output) => {
    const text = `{\n  "script_name": "a.ps1",\n  "exit_code": 1,\n  "script_output": "${printed}",\n  "script_errors": "at \\P \\Q"\n}`;
    expect(readScriptReport(text)).toEqual({ scriptName: 'a.ps1', exitCode: 1, output, errors: 'at \\P \\Q' });
  });

  test.each([
    ['spaces', `{"exit_code":3,"script_output":"${' '.repeat(200_000)}x"}`],
    ['NULs', JSON.stringify({ exit_code: 3, script_output: `${'\0'.repeat(200_000)}x` })],
    ['quotes', `{"exit_code":3,"script_output":"${'"'.repeat(200_000)}`],
    ['keys', `{"script_name":"","exit_code":3,"script_output":"${'","script_errors":"'.repeat(20_000)}`],
    ['characters to repair', `{"exit_code":3,"script_output":"\n${'x'.repeat(12_000_000)}"}`],
  ])('with many %s holds nobody up', (_name, text) => {
    const before = performance.now();
    readScriptReport(text);
    expect(performance.now() - before).toBeLessThan(2000);
  });

  test('that is no JSON at all is output, so that nothing is lost', () => {
    expect(readScriptReport('plain text\0\0')).toEqual({
      scriptName: null,
      exitCode: null,
      output: 'plain text',
      errors: '',
    });
  });

  test('has no exit code where none can be told', () => {
    expect(readScriptReport('{"exit_code":"none","script_output":"x"}').exitCode).toBeNull();
    expect(readScriptReport('{"script_output":"x"}').exitCode).toBeNull();
    expect(readScriptReport('{"exit_code":-1,"script_output":"x"}').exitCode).toBe(-1);
  });
});

describe('where files are fetched from', () => {
  const tenant: Tenant = {
    name: 'contoso',
    tenantId: '11111111-1111-4111-8111-111111111111',
    cloud: 'custom',
    tags: [],
    authority: 'https://login.example.net',
    portal: null,
    apis: { ...clouds.global.apis, mde: { baseUrl: 'https://defender.example.net:8443', scope: 'x/.default' } },
    auth: { kind: 'secret', clientId: 'app', clientSecret: async () => 'not a real one' },
    prefer: {},
  };

  test.each([
    'https://core.windows.net/a/b?sig=x',
    'https://automatedirstrprdweu.blob.core.windows.net/a?sig=x',
    'https://userrequests-us.securitycenter.windows.com/a',
    'https://store.blob.core.usgovcloudapi.net/a',
    'https://defender.example.net:8443/a',
    'https://files.example.org/a',
    'https://x.cdn.example.org/a',
  ])('%s is fetched', (link) => {
    expect(() => checkDownload(link, tenant, ['files.example.org', '*.cdn.example.org'])).not.toThrow();
  });

  test.each([
    'http://automatedirstrprdweu.blob.core.windows.net/a?sig=secret',
    'https://evil.example.com/a?sig=secret',
    'https://core.windows.net.evil.example.com/a?sig=secret',
    'https://evilblob.core.windows.net/a?sig=secret',
    'https://169.254.169.254/metadata?sig=secret',
    'https://defender.example.net:9000/a?sig=secret',
    'https://blob.core.windows.net@evil.example.com/a?sig=secret',
  ])('%s is refused, and the link is not told', (link) => {
    expect(() => checkDownload(link, tenant, [])).toThrow(
      expect.objectContaining({ code: 'UPSTREAM_REJECTED', message: expect.not.stringContaining('secret') }),
    );
  });
});
