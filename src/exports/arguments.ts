import {
  coerceInputValue,
  type GraphQLError,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
} from 'graphql';
import { InputError } from '../errors.ts';
import type { Parameters } from './export.ts';
import { several, single } from './parameters.ts';

/** What takes a value: an argument, or a field of an input. */
export interface Taking {
  readonly name: string;
  readonly type: GraphQLInputType;
}

/** `filter.severity[0]` */
const pathText = (name: string, path: readonly (string | number)[]): string =>
  path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}.${step}`), name);

const jsonOf = (name: string, text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (thrown) {
    throw new InputError(`${name} is not JSON`, { field: name }, thrown);
  }
};

/** An order in short: `LAST_SEEN`, `LAST_SEEN:ASC`. */
const orderOf = (name: string, text: string): unknown => {
  const [field, direction, ...others] = text.split(':');
  if (others.length > 0)
    throw new InputError(`${name} in short is FIELD or FIELD:DIRECTION; there is more in it`, { field: name });
  return direction === undefined ? { field } : { field, direction };
};

const numbers: ReadonlySet<string> = new Set(['Int', 'Float']);

/** Parameters are text: a number that is written in digits is one. */
const scalarOf = (typeName: string, text: string | null): unknown =>
  text !== null && numbers.has(typeName) && /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;

/** What a parameter says, as JSON that the type of the argument is to take. */
const inputOf = ({ name, type }: Taking, parameters: Parameters): unknown => {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) {
    return isListType(getNullableType(type))
      ? several(parameters, name)
      : scalarOf(named.name, single(parameters, name));
  }
  const text = single(parameters, name);
  if (text === null) return null;
  const isOrder = 'field' in named.getFields() && 'direction' in named.getFields();
  return isOrder && !text.startsWith('{') ? orderOf(name, text) : jsonOf(name, text);
};

/**
 * The arguments of a list of the graph, from parameters of the same names: coerced by the types of the schema, so that what the
 * graph refuses is refused here, in the same words. Throws `BAD_USER_INPUT`, which names the place.
 */
export const readArguments = (args: readonly Taking[], parameters: Parameters): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    args.flatMap((arg) => {
      if (!parameters.has(arg.name)) return [];
      const fault = (path: readonly (string | number)[], _value: unknown, error: GraphQLError): never => {
        const field = pathText(arg.name, path);
        throw new InputError(`${field}: ${error.message}`, { field }, error);
      };
      return [[arg.name, coerceInputValue(inputOf(arg, parameters), arg.type, fault)]];
    }),
  );
