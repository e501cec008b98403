import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../../system-code.ts';
import { type ConfigFault, createFaults, type Faults } from '../faults.ts';
import { type ReferenceContext, resolveReferences } from '../references.ts';
import { type ListedTenant, readOnlyTenant, readTenantItems } from '../tenant-list.ts';
import { whyUnreadable } from '../unreadable.ts';
import { notUtf8, utf8TextOf } from '../utf8-text.ts';
import { parseYaml } from '../yaml-text.ts';

/** A file of the folder as it was read. */
export interface TenantFile {
  /** Its name in the folder. */
  readonly file: string;
  /** `null`: it cannot be read. */
  readonly text: string | null;
  /** The tenants that can be used. */
  readonly listed: readonly ListedTenant[];
  readonly faults: readonly ConfigFault[];
}

/** Editors and mounts keep files of their own beside, whose names begin with a dot or end otherwise. */
const nameForm = /^[^.].*\.(ya?ml|json)$/i;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One tenant, a list of them, or such a list under `tenants` as in the settings file. */
const tenantsOf = async (
  value: unknown,
  context: ReferenceContext,
  faults: Faults,
): Promise<readonly ListedTenant[]> => {
  const isWrapped = isRecord(value) && Object.keys(value).join() === 'tenants';
  const inner = isWrapped ? value.tenants : value;
  if (Array.isArray(inner)) {
    if (inner.length > 0) return readTenantItems(inner, isWrapped ? ['tenants'] : [], context, faults);
  } else if (!isWrapped && isRecord(inner)) return readOnlyTenant(inner, context, faults);
  faults.add([], 'holds no tenant: give one, or a list of them; to take tenants out, remove the file');
  return [];
};

/** Some thousand tenants; more would hold everybody up while it is read. */
const mostBytes = 1_048_576;

/** Faults of one file that are told. */
const mostFaults = 100;

/** What is in a file of text; else `null` with a fault. Opening a pipe does not wait for who writes to it. */
const textIn = async (path: string, faults: Faults): Promise<string | null> => {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = await handle.stat();
    const what = status.isDirectory() ? 'is a folder' : status.isFile() ? null : 'is no file';
    if (what !== null || status.size > mostBytes) {
      faults.add([], what ?? `has more than ${mostBytes} bytes: give each tenant a file of its own`);
      return null;
    }
    const text = utf8TextOf(await handle.readFile());
    if (text === null) faults.add([], notUtf8);
    return text;
  } finally {
    await handle.close();
  }
};

const readText = async (path: string, faults: Faults): Promise<string | null | undefined> => {
  try {
    return await textIn(path, faults);
  } catch (thrown) {
    // Gone since the folder was listed.
    if (systemCodeOf(thrown) === 'ENOENT' && (await lstat(path).catch(() => undefined)) === undefined) return undefined;
    faults.add([], `cannot be read (${whyUnreadable(thrown)})`);
    return null;
  }
};

/** One file; as it was `before` when its text is the same and had no fault. `undefined`: it is gone. */
const readOne = async (
  file: string,
  context: ReferenceContext,
  before: TenantFile | undefined,
): Promise<TenantFile | undefined> => {
  const faults = createFaults();
  const text = await readText(join(context.baseDir, file), faults);
  if (text === undefined) return undefined;
  if (text !== null && before?.text === text && before.faults.length === 0) return before;
  const raw = text === null ? undefined : parseYaml(text, faults);
  // What a reference leads to may have come since: a file with faults is read again each time.
  const listed =
    raw === undefined ? [] : await tenantsOf(await resolveReferences(raw, [], context, faults), context, faults);
  return { file, text, listed, faults: faults.list().slice(0, mostFaults) };
};

/**
 * Every file of tenants in the folder, by name. `context.baseDir` is the folder, from which relative paths in its files start.
 * Rejects as `node:fs` does when the folder cannot be listed.
 */
export const readTenantFiles = async (
  context: ReferenceContext,
  before: readonly TenantFile[],
): Promise<readonly TenantFile[]> => {
  const names = (await readdir(context.baseDir)).filter((name) => nameForm.test(name)).sort();
  const known = new Map(before.map((one) => [one.file, one]));
  const read = await Promise.all(names.map((name) => readOne(name, context, known.get(name))));
  return read.filter((file) => file !== undefined);
};
