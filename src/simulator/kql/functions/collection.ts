import { same } from '../evaluate/compare.ts';
import { parseJson, toJson } from '../evaluate/convert.ts';
import { isArray, isBag, type Json, type KqlType, type Value } from '../value.ts';
import { at, numberAt, type ScalarFunction } from './function.ts';

function listAt(values: readonly Value[], place: number): readonly Json[] {
  const value = at(values, place);
  return isArray(value) ? value : [];
}

function unique(items: readonly Json[]): readonly Json[] {
  return items.filter((item, place) => items.findIndex((other) => same(item, other)) === place);
}

function jsonAt(values: readonly Value[], types: readonly KqlType[], place: number): Json {
  return toJson(at(values, place), types[place] ?? 'dynamic');
}

function pack(values: readonly Value[], types: readonly KqlType[]): Value {
  const names = values.map((value, place) => [value, place] as const).filter(([, place]) => place % 2 === 0);
  return Object.fromEntries(names.map(([name, place]) => [String(name), jsonAt(values, types, place + 1)]));
}

/** Functions of arrays and property bags. */
export const collectionFunctions = {
  array_length: {
    arity: [1, 1],
    result: 'long',
    call: (values) => {
      const value = at(values, 0);
      return isArray(value) ? value.length : null;
    },
  },
  array_concat: {
    arity: [1, 64],
    result: 'dynamic',
    call: (values) => values.flatMap((_, place) => listAt(values, place)),
  },
  array_slice: {
    arity: [3, 3],
    result: 'dynamic',
    call: (values) => {
      const end = numberAt(values, 2, -1);
      return listAt(values, 0).slice(numberAt(values, 1, 0), end === -1 ? undefined : end + 1);
    },
  },
  array_index_of: {
    arity: [2, 2],
    result: 'long',
    call: (values, types) => listAt(values, 0).findIndex((item) => same(item, jsonAt(values, types, 1))),
  },
  set_has_element: {
    arity: [2, 2],
    result: 'bool',
    call: (values, types) => listAt(values, 0).some((item) => same(item, jsonAt(values, types, 1))),
  },
  set_union: {
    arity: [1, 64],
    result: 'dynamic',
    call: (values) => unique(values.flatMap((_, place) => listAt(values, place))),
  },
  set_intersect: {
    arity: [2, 2],
    result: 'dynamic',
    call: (values) => unique(listAt(values, 0).filter((item) => listAt(values, 1).some((other) => same(item, other)))),
  },
  set_difference: {
    arity: [2, 2],
    result: 'dynamic',
    call: (values) => unique(listAt(values, 0).filter((item) => !listAt(values, 1).some((other) => same(item, other)))),
  },
  bag_keys: {
    arity: [1, 1],
    result: 'dynamic',
    call: (values) => {
      const bag = at(values, 0);
      return isBag(bag) ? Object.keys(bag) : null;
    },
  },
  pack_array: {
    arity: [0, 64],
    result: 'dynamic',
    call: (values, types) => values.map((_, place) => jsonAt(values, types, place)),
  },
  bag_pack: { arity: [2, 64], result: 'dynamic', call: pack },
  pack: { arity: [2, 64], result: 'dynamic', call: pack },
  dynamic_to_json: {
    arity: [1, 1],
    result: 'string',
    call: (values, types) => JSON.stringify(parseJson(at(values, 0), types[0] ?? 'dynamic')),
  },
} satisfies Record<string, ScalarFunction>;
