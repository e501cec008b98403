import { resolve } from 'node:path';
import { z } from 'zod';
import type { FileBounds } from '../bounded-file.ts';
import { asGatewayError, InputError } from '../errors.ts';
import type { ConfigPath, Faults } from './faults.ts';
import {
  environmentSecret,
  type FileEncoding,
  fileSecret,
  type RemoteText,
  readFileVersion,
  remoteSecret,
  type Secret,
} from './secret.ts';
import { whyUnreadable } from './unreadable.ts';

/** Reads a secret of Azure Key Vault; rejects with a `GatewayError` that says why not. */
export type ReadKeyVault = (vault: string, secret: string) => Promise<RemoteText>;

/** Where references of a settings file are looked up. */
export interface ReferenceContext {
  readonly env: NodeJS.ProcessEnv;
  /** Directory that relative paths start from: the settings file's own. */
  readonly baseDir: string;
  /** Without it a reference to Key Vault is a fault. */
  readonly readKeyVault?: ReadKeyVault | undefined;
}

/** A scalar that was given as `{env}` or `{file}`: its text now, and a secret that follows rotation. */
export interface Reference {
  readonly text: string;
  readonly secret: Secret;
}

const references = new WeakSet<object>();

const createReference = (text: string, secret: Secret): Reference => {
  const reference = Object.freeze({ text, secret });
  references.add(reference);
  return reference;
};

export const isReference = (value: unknown): value is Reference =>
  typeof value === 'object' && value !== null && references.has(value);

/** A file's text as a reference, or `undefined` with a fault. */
export const readFileReference = async (
  file: string,
  path: ConfigPath,
  { baseDir }: ReferenceContext,
  faults: Faults,
  encoding: FileEncoding = 'utf8',
  bounds?: FileBounds,
): Promise<Reference | undefined> => {
  const absolute = resolve(baseDir, file);
  try {
    const version = await readFileVersion(absolute, encoding, bounds);
    return createReference(version.text, fileSecret(absolute, version, encoding));
  } catch (error) {
    faults.add(path, `cannot read the file "${file}" (${whyUnreadable(error)})`);
    return undefined;
  }
};

type Resolve = (
  target: unknown,
  path: ConfigPath,
  context: ReferenceContext,
  faults: Faults,
) => Promise<Reference | undefined>;

const name = z.string().min(1, 'must not be empty');
const vaultSecret = z.strictObject({ vault: name, secret: name });

/** The ways to say where a value is, by the only key of the object that says so. */
const resolvers: ReadonlyMap<string, Resolve> = new Map(
  Object.entries<Resolve>({
    env: async (target, path, { env }, faults) => {
      const variable = faults.read(name, target, path);
      if (variable === undefined) return undefined;
      // `process.env` has the members of any object, too.
      const text = Object.hasOwn(env, variable) ? env[variable] : undefined;
      if (text !== undefined) return createReference(text, environmentSecret(env, variable, text));
      // The secret itself may have been put there.
      const shown = /^\w+$/.test(variable) ? variable : 'of that name';
      faults.add(path, `the environment variable ${shown} is not set`);
      return undefined;
    },
    file: async (target, path, context, faults) => {
      const file = faults.read(name, target, path);
      return file === undefined ? undefined : readFileReference(file, path, context, faults);
    },
    keyVault: async (target, path, { readKeyVault }, faults) => {
      const place = faults.read(vaultSecret, target, path);
      if (place === undefined) return undefined;
      const { vault, secret } = place;
      try {
        if (readKeyVault === undefined) throw new InputError('Key Vault is not asked here');
        const value = await readKeyVault(vault, secret);
        return createReference(
          value.text,
          remoteSecret(() => readKeyVault(vault, secret), value),
        );
      } catch (error) {
        faults.add(
          path,
          `cannot read the secret "${secret}" of the vault "${vault}": ${asGatewayError(error).message}`,
        );
        return undefined;
      }
    },
  }),
);

const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A copy of `value` with every `{env}`, `{file}` and `{keyVault}` resolved; what cannot be is a fault and `undefined`. */
export const resolveReferences = async (
  value: unknown,
  path: ConfigPath,
  context: ReferenceContext,
  faults: Faults,
): Promise<unknown> => {
  if (Array.isArray(value)) {
    return Promise.all(value.map((item, index) => resolveReferences(item, [...path, index], context, faults)));
  }
  if (!isPlainObject(value)) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) {
    const resolver = resolvers.get(only[0]);
    if (resolver !== undefined) return resolver(only[1], path, context, faults);
  }
  const resolved = entries.map(
    async ([key, item]) => [key, await resolveReferences(item, [...path, key], context, faults)] as const,
  );
  return Object.fromEntries(await Promise.all(resolved));
};
