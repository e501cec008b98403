import { getVariableValues, Kind, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createSchema } from '../../../src/server/schema.ts';
import { variableFault } from '../../../src/server/variable-fault.ts';
import { startTinyServer } from '../../support/tiny-server.ts';

const schema = createSchema();
const severities = 'Its values are UNKNOWN, INFORMATIONAL, LOW, MEDIUM, HIGH.';

/** What is said of a query, as callers are told it. */
const saidOf = (query: string): readonly string[] => validate(schema, parse(query)).map(({ message }) => message);

/** What is said of the variable `$value` of a type. */
const saidOfVariable = (type: string, value: unknown): readonly string[] => {
  const [operation] = parse(`query ($value: ${type}) { viewer { name } }`).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('There is no operation');
  const { errors = [] } = getVariableValues(schema, operation.variableDefinitions ?? [], { value });
  for (const { locations } of errors) expect(locations).toEqual([{ line: 1, column: 8 }]);
  return errors.map(variableFault);
};

describe('P3: what an enum is told that it does not have', () => {
  test.each([
    ['high', `Value "high" does not exist in "Severity" enum. Did you mean HIGH? ${severities}`],
    ['CRITICAL', `Value "CRITICAL" does not exist in "Severity" enum. ${severities}`],
    ['"HIGH"', `Enum "Severity" cannot represent non-enum value: "HIGH". Did you mean HIGH? ${severities}`],
  ])('in the text of a query: %s', (word, said) => {
    expect(saidOf(`{ incidents(filter: { severity: [${word}] }) { nodes { id } } }`)).toEqual([said]);
  });

  test.each([
    [
      'Severity',
      'high',
      `an invalid value; Value "high" does not exist in "Severity" enum. Did you mean HIGH? ${severities}`,
    ],
    [
      'IncidentFilter',
      { severity: ['LOW', 'high'] },
      `an invalid value at "value.severity[1]"; Value "high" does not exist in "Severity" enum. Did you mean HIGH? ${severities}`,
    ],
    ['Severity', 42, `an invalid value; Enum "Severity" cannot represent non-string value. ${severities}`],
    [
      'Severity',
      { secret: 'x: y' },
      `an invalid value; Enum "Severity" cannot represent non-string value. ${severities}`,
    ],
    ['Int', 'secret', 'an invalid value; Int cannot represent non-integer value.'],
  ])('in a variable of %s: %j', (type, value, said) => {
    expect(saidOfVariable(type, value)).toEqual([`Variable "$value" got ${said}`]);
  });

  test('the values are not told to who may not read the schema', async () => {
    const { query } = await startTinyServer({ schema, permits: ({ caller }) => caller.name !== 'alice' });
    const { body } = await query('{ incidents(filter: { severity: [high] }) { nodes { id } } }');
    expect(body.errors?.[0]?.message).toBe('Value "high" does not exist in "Severity" enum.');
  });
});

describe('P3: a time that is none', () => {
  const example = 'ISO 8601 with a zone, e.g. 2026-01-31T08:00:00Z, nor a day, e.g. 2026-01-31';

  test('is told with its place in the text of a query', () => {
    const [error] = validate(schema, parse('{ incidents(filter: { createdAfter: "yesterday" }) { nodes { id } } }'));
    expect(error?.message).toBe(`DateTime: "yesterday" is not ${example}`);
    expect(error?.locations).toEqual([{ line: 1, column: 37 }]);
  });

  test.each([['2026-02-31T08:00:00Z'], ['2026-11-20T08:00:00'], [1700000000]])(
    'is told without its value in a variable: %j',
    (value) => {
      expect(saidOfVariable('IncidentFilter', { createdAfter: value })).toEqual([
        `Variable "$value" got an invalid value at "value.createdAfter"; DateTime: the value is not ${example}`,
      ]);
    },
  );

  test('a day is its first moment in UTC, as the schema says', () => {
    expect(saidOf('{ incidents(filter: { createdAfter: "2026-11-20" }) { nodes { id } } }')).toEqual([]);
    expect(saidOfVariable('IncidentFilter', { createdAfter: '2026-11-20' })).toEqual([]);
  });
});
