import { Kind, parse, validate, visit } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSchema } from '../../src/server/schema.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { blocksIn } from './pages.ts';
import { readScript } from './powershell.ts';

/**
 * What can be held of the PowerShell in the pages where there is no PowerShell; where there is, `callers.test.ts` runs it. Parameters as
 * https://learn.microsoft.com/powershell/module/ has them for version 7.
 */
const documented: Readonly<Record<string, readonly string[]>> = {
  'ConvertFrom-Json': ['AsHashtable', 'DateKind', 'Depth', 'InputObject', 'NoEnumerate'],
  'ConvertTo-Json': ['AsArray', 'Compress', 'Depth', 'EnumsAsStrings', 'EscapeHandling', 'InputObject'],
  'ForEach-Object': [
    'ArgumentList',
    'Begin',
    'End',
    'InputObject',
    'MemberName',
    'Parallel',
    'Process',
    'ThrottleLimit',
  ],
  'Invoke-RestMethod': [
    ...[
      'Authentication',
      'Body',
      'Certificate',
      'ContentType',
      'Credential',
      'Headers',
      'HttpVersion',
      'InFile',
      'Method',
    ],
    ...['OutFile', 'Proxy', 'ResponseHeadersVariable', 'SkipCertificateCheck', 'SkipHeaderValidation'],
    ...['SkipHttpErrorCheck', 'StatusCodeVariable', 'TimeoutSec', 'Token', 'Uri', 'UserAgent'],
  ],
  'Where-Object': ['FilterScript', 'InputObject', 'Property', 'Value'],
};

/** https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_operators */
const operators = [
  'join',
  'split',
  'replace',
  'eq',
  'ne',
  'gt',
  'ge',
  'lt',
  'le',
  'and',
  'or',
  'not',
  'in',
  'contains',
  'match',
  'like',
  'is',
  'as',
  'f',
];

/** Variables that PowerShell sets. */
const automatic = ['_', 'null', 'true', 'false', 'args', 'input', 'env'];

/** What a sample reads of an answer beside the fields that it asked for. */
const ofAnswers = ['data', 'errors', 'extensions', 'code', 'message'];

const schema = createSchema();
const blocks = blocksIn('powershell').map(({ place, text }) => ({ place, text, script: readScript(text) }));
/** Of functions that the sample defines: `function NAME([type] $Parameter ...)`. */
const functionsOf = (code: string): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    [...code.matchAll(/\bfunction\s+([\w-]+)\s*\(([\s\S]*?)\)\s*\{/g)].map(({ 1: name = '', 2: list = '' }) => [
      name,
      [...list.matchAll(/\$(\w+)/g)].map(([, parameter = '']) => parameter),
    ]),
  );

let demo: Running;
beforeAll(async () => {
  demo = await startRunning();
});
afterAll(() => demo.stop());

/** What the samples give for variables of their queries. */
const given: Readonly<Record<string, unknown>> = { after: null, machineIds: ['fin-ws-002.contoso.com'] };

test('P4: there is PowerShell to look at', () => {
  expect(blocks.length).toBeGreaterThan(0);
});

describe.each(blocks)('P4: the PowerShell at $place', ({ text, script: { faults, code, calls, hereStrings } }) => {
  test('closes its quotes and brackets', () => {
    expect(faults).toEqual([]);
  });

  test('calls commands that there are, with parameters that they have', () => {
    const known = { ...documented, ...functionsOf(code) };
    expect(calls.length).toBeGreaterThan(0);
    const wrong = calls.flatMap(({ name, parameters }) =>
      known[name] === undefined
        ? [name]
        : parameters
            .filter((each) => !known[name]?.includes(each) && !operators.includes(each))
            .map((each) => `${name} -${each}`),
    );
    expect(wrong).toEqual([]);
  });

  test('uses no variable that it does not set', () => {
    const parameters = Object.values(functionsOf(code)).flat();
    const set = [...code.matchAll(/\$(\w+)\s*=(?!=)/g)].map(([, name = '']) => name);
    const used = [...code.matchAll(/\$(\w+)/g)].map(([, name = '']) => name);
    const known = [...automatic, ...parameters, ...set].map((name) => name.toLowerCase());
    expect(used.filter((name) => !known.includes(name.toLowerCase()))).toEqual([]);
  });

  test('asks what the schema has, with the variables that it gives', async () => {
    // `'@ -Variables @{ name = ...; name = ... }` behind each query, in order.
    const behind = [...text.matchAll(/^'@ -Variables @\{(.*)\}\)?/gm)].map(({ 1: list = '' }) =>
      [...list.matchAll(/(?:^|;)\s*(\w+) =/g)].map(([, name = '']) => name),
    );
    expect(hereStrings.length).toBeGreaterThan(0);
    expect(behind).toHaveLength(hereStrings.length);
    for (const [index, query] of hereStrings.entries()) {
      const document = parse(query);
      expect(validate(schema, document)).toEqual([]);
      const named = document.definitions.flatMap((each) =>
        each.kind === Kind.OPERATION_DEFINITION
          ? (each.variableDefinitions ?? []).map(({ variable }) => variable.name.value)
          : [],
      );
      expect(behind[index]).toEqual(named);
      const variables = Object.fromEntries(named.map((name) => [name, given[name]]));
      expect(await demo.ask(query, variables)).toMatchObject({ status: 200, errors: [] });
    }
  });

  test('reads of an answer what it asked for', () => {
    const asked = new Set(ofAnswers);
    for (const query of hereStrings) {
      visit(parse(query), { enter: (node) => void (node.kind === Kind.FIELD && asked.add(node.name.value)) });
    }
    const read = [...code.matchAll(/(?:\$\w+|\))((?:\.\w+)+)/g)].flatMap(([, path = '']) => path.slice(1).split('.'));
    expect(read.length).toBeGreaterThan(0);
    expect(read.filter((name) => !asked.has(name))).toEqual([]);
  });
});

describe('P4: what is wrong in PowerShell is found', () => {
  test.each([
    ['$a = "b', ['a text " is not closed']],
    ["$a = 'b", ["a text ' is not closed"]],
    ["$a = @'\n{ x }\n '@", ["a here-string @' is not closed"]],
    ['do { $a', ['} is missing']],
    ['$a)', ['")" closes nothing']],
    ['$a = "b`"c $("d") e" # (', []],
    ['$a = ("b") # it\'s', []],
    ["$a = 'it''s' + @'\n'@", []],
  ])('%j', (text, faults) => {
    expect(readScript(text).faults).toEqual(faults);
  });

  test('commands have their own parameters, also in texts', () => {
    const { calls } = readScript('Get-It -A (Get-Other -B 1) -C | Do-That -D { Do-More -E }\n"$(Get-Last -F 2) -G"');
    expect(calls).toEqual([
      { name: 'Get-It', parameters: ['A', 'C'] },
      { name: 'Get-Other', parameters: ['B'] },
      { name: 'Do-That', parameters: ['D'] },
      { name: 'Do-More', parameters: ['E'] },
      { name: 'Get-Last', parameters: ['F'] },
    ]);
  });
});
