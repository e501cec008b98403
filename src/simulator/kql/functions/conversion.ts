import { convert } from '../evaluate/convert.ts';
import { isArray, isBag, type KqlType } from '../value.ts';
import { at, type ScalarFunction } from './function.ts';

function to(type: KqlType): ScalarFunction {
  return { arity: [1, 1], result: type, call: (values, types) => convert(at(values, 0), types[0] ?? 'dynamic', type) };
}

function test(holds: (empty: boolean, missing: boolean) => boolean): ScalarFunction {
  return {
    arity: [1, 1],
    result: 'bool',
    call: (values) => {
      const value = at(values, 0);
      return holds(value === null || value === '', value === null);
    },
  };
}

/** `to...()`, `parse_json()` and the tests for absence. A string is never null, only empty. */
export const conversionFunctions = {
  tostring: to('string'),
  toint: to('int'),
  tolong: to('long'),
  toreal: to('real'),
  todouble: to('real'),
  todecimal: to('real'),
  tobool: to('bool'),
  toboolean: to('bool'),
  todatetime: to('datetime'),
  totimespan: to('timespan'),
  toguid: to('guid'),
  todynamic: to('dynamic'),
  parse_json: to('dynamic'),
  parsejson: to('dynamic'),
  isempty: test((empty) => empty),
  isnotempty: test((empty) => !empty),
  notempty: test((empty) => !empty),
  isnull: test((_empty, missing) => missing),
  isnotnull: test((_empty, missing) => !missing),
  notnull: test((_empty, missing) => !missing),
  gettype: {
    arity: [1, 1],
    result: 'string',
    call: (values, types) => {
      const value = at(values, 0);
      if (value === null) return 'null';
      if (isArray(value)) return 'array';
      return isBag(value) ? 'dictionary' : (types[0] ?? 'dynamic');
    },
  },
} satisfies Record<string, ScalarFunction>;
