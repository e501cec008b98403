import type { z } from 'zod';
import { GatewayError } from '../errors.ts';

/** One thing that is wrong in the settings. */
export interface ConfigFault {
  /** Where, e.g. `tenants[1].auth.clientSecret`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong and what to do; never the value itself, which may be a secret. */
  readonly message: string;
}

/** The settings cannot be used: every fault at once, each with its path. */
export class ConfigError extends GatewayError {
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[], source = 'The settings') {
    const lines = faults.map(({ path, message }) => `  ${path === '' ? '' : `${path}: `}${message}`);
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    super('BAD_USER_INPUT', `${source}: ${count}\n${lines.join('\n')}`);
    this.faults = faults;
  }
}

/** Keys and indexes from the root of the file. */
export type ConfigPath = readonly (string | number)[];

/** `['tenants', 1, 'auth']` as `tenants[1].auth`. */
export const pathText = (path: ConfigPath): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');

/** Gathers faults while the sections are read, so that one wrong value never hides another. */
export interface Faults {
  add(path: ConfigPath, message: string): void;
  /** `value` as `schema` wants it, or `undefined` with its faults noted under `path`. */
  read<S extends z.ZodType>(schema: S, value: unknown, path: ConfigPath): z.output<S> | undefined;
  list(): readonly ConfigFault[];
}

/** zod's wording, shortened; it never repeats the input. */
const describe: z.core.$ZodErrorMap = (issue) => {
  if (issue.code !== 'invalid_type') return undefined;
  return issue.input === undefined ? 'is required' : `must be ${nouns[issue.expected] ?? issue.expected}`;
};

const nouns: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a group of settings',
  record: 'a group of settings',
  array: 'a list',
};

/** A key as far as it may be the name of a setting: `{secret:x}` without a space is a key whose rest may be a secret. */
const shownKey = (key: string): string => {
  const [name = ''] = /^[\w.-]{0,60}/.exec(key) ?? [];
  return name === key ? key : `${name}…`;
};

/** One fault per issue; an issue on unknown keys becomes one per key, its message holding a line for each. */
const faultsOf = (issue: z.core.$ZodIssue, base: ConfigPath): (readonly [ConfigPath, string])[] => {
  const path = [...base, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
  if (issue.code !== 'unrecognized_keys') return [[path, issue.message]];
  const lines = issue.message.split('\n');
  return issue.keys.map((key, index) => [[...path, shownKey(key)], lines[index] ?? 'unknown setting']);
};

export const createFaults = (): Faults => {
  const faults = new Map<string, ConfigFault>();
  const add = (path: ConfigPath, message: string): void => {
    const text = pathText(path);
    // A reference that could not be resolved has its own fault already: what follows from it is noise.
    if (!faults.has(text)) faults.set(text, { path: text, message });
  };
  return {
    add,
    read: (schema, value, path) => {
      const result = schema.safeParse(value, { error: describe });
      if (result.success) return result.data;
      for (const issue of result.error.issues) for (const [at, message] of faultsOf(issue, path)) add(at, message);
      return undefined;
    },
    list: () => [...faults.values()],
  };
};
