import { createFaults, type Faults } from '../../config/faults.ts';
import { parseYaml } from '../../config/yaml-text.ts';
import { InputError } from '../../errors.ts';
import { parseConnectionString } from './connection-string.ts';
import { leftOut } from './left-out.ts';
import { programOf } from './notebook.ts';
import { titleOf } from './providers.ts';
import { pythonArguments, pythonTexts } from './python-text.ts';
import { type VaultSettings, vaultSettings } from './vaults.ts';

/** One provider section of MSTICPy, its settings by lower-case names without underscores (MSTICPy ignores case). */
export interface ProviderSection {
  /** e.g. `MicrosoftDefender-Tenant1`. */
  readonly title: string;
  /** Where its settings stand in the file, e.g. `DataProviders.MicrosoftDefender-Tenant1.Args`. */
  readonly place: string;
  /** e.g. `Tenant1`; empty for the section without one. */
  readonly instance: string;
  readonly values: ReadonlyMap<string, unknown>;
  /** The names as they stand there, by the map's. */
  readonly names: ReadonlyMap<string, string>;
}

/** What the file holds for us. */
export interface MsticpyFile {
  readonly sections: readonly ProviderSection[];
  readonly vaults: VaultSettings;
  /** What the operator should know of the rest. */
  readonly notes: readonly string[];
}

type Settings = Readonly<Record<string, unknown>>;

const recordOf = (value: unknown): Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};

/** The value under `name`, whatever its case. */
const under = (record: Settings, name: string): unknown =>
  Object.entries(record).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];

const keyOf = (name: string): string => name.toLowerCase().replaceAll('_', '');

const namesTenant = (settings: Settings): boolean =>
  Object.keys(settings).some((name) => ['tenantid', 'connectionstr', 'connectionstring'].includes(keyOf(name)));

const sectionOf = (title: string, place: string, instance: string, args: Settings): ProviderSection => {
  // A whole connection string may stand among the arguments; what is said apart counts more.
  const embedded = Object.entries(args).find(([name]) => /^connectionstr(ing)?$/.test(keyOf(name)))?.[1];
  const parsed = typeof embedded === 'string' ? (parseConnectionString(embedded) ?? {}) : {};
  const all = Object.entries({ ...parsed, ...args }).filter(
    ([, value]) => value !== embedded || embedded === undefined,
  );
  return {
    ...{ title, place, instance },
    values: new Map(all.map(([name, value]) => [keyOf(name), value])),
    names: new Map(all.map(([name]) => [keyOf(name), name])),
  };
};

/** The settings of a provider with their place: under `Args` or its own; a list is of several tenants, and text a connection string. */
const settingsIn = (value: unknown, place: string): readonly (readonly [place: string, settings: Settings])[] => {
  if (Array.isArray(value)) return value.flatMap((one, index) => settingsIn(one, `${place}[${index}]`));
  const settings = typeof value === 'string' ? (parseConnectionString(value) ?? {}) : recordOf(value);
  const args = under(settings, 'Args');
  return args === undefined ? [[place, settings]] : settingsIn(args, `${place}.Args`);
};

/** The sections of ours among `entries`. */
const sectionsIn = (entries: Settings, base: string): readonly ProviderSection[] =>
  Object.entries(entries).flatMap(([title, provider]) => {
    const read = titleOf(title);
    if (read === null) return [];
    return settingsIn(provider, `${base}${title}`).map(([place, args], index, { length }) =>
      sectionOf(length > 1 ? `${title}[${index}]` : title, place, read.instance, args),
    );
  });

/** MSTICPy has the cloud of its own sign-in to Azure apart, which says nothing of Defender's for sure. */
const cloudNotes = (root: Settings, sections: readonly ProviderSection[]): readonly string[] => {
  const cloud = under(recordOf(under(root, 'Azure')), 'cloud');
  const unsure = sections.filter(({ values }) => !values.has('cloud')).map(({ title }) => title);
  if (typeof cloud !== 'string' || cloud.toLowerCase() === 'global' || unsure.length === 0) return [];
  return [`Azure.cloud is "${cloud}", and no Cloud is named by ${unsure.join(', ')}: check what stands under cloud`];
};

/** Those under `DataProviders`, those that stand at the top, and settings of one tenant that are the whole file. */
const fromRoot = (root: Settings): MsticpyFile => {
  const providers = recordOf(under(root, 'DataProviders'));
  const vault = recordOf(under(root, 'KeyVault'));
  const vaults = vaultSettings(under(vault, 'VaultName'), under(vault, 'Authority'));
  if (namesTenant(root))
    return { sections: [sectionOf('the file', 'the file', '', root)], vaults, notes: vaults.notes };
  const titles = Object.keys(root).filter((key) => titleOf(key) !== null);
  const used = new Set(['dataproviders', 'keyvault', ...titles.map((key) => key.toLowerCase())]);
  const others = Object.keys(providers).filter((title) => titleOf(title) === null);
  const sections = [...sectionsIn(providers, 'DataProviders.'), ...sectionsIn(root, '')];
  return { sections, vaults, notes: [...vaults.notes, ...cloudNotes(root, sections), ...leftOut(root, others, used)] };
};

/** `undefined`: it is no YAML, for the faults, or none with names. */
const rootOf = (text: string, faults: Faults): Settings | undefined => {
  const root = parseYaml(text, faults, { merge: true });
  return typeof root === 'object' && root !== null && !Array.isArray(root) ? recordOf(root) : undefined;
};

const fromStrings = (found: readonly Settings[]): MsticpyFile => {
  const many = found.length > 1;
  return {
    vaults: vaultSettings(undefined, undefined),
    notes: [],
    sections: found.map((args, index) => {
      const title = `connection string ${index + 1}`;
      return sectionOf(title, title, many ? `tenant-${index + 1}` : '', args);
    }),
  };
};

const stringsIn = (texts: readonly string[]): readonly Settings[] =>
  texts.map((text) => parseConnectionString(text.trim())).filter((parsed) => parsed !== null);

/**
 * Reads a `msticpyconfig.yaml`; or connection strings, one a line or as a Python program or notebook has them, as text or as
 * arguments. Throws `BAD_USER_INPUT` for anything else.
 */
export const readMsticpy = (file: string): MsticpyFile => {
  const text = programOf(file) ?? file;
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  const strings = stringsIn(lines.map((line) => line.trim().replace(/^"(.*)"$/, '$1')));
  if (lines.length > 0 && strings.length === lines.length) return fromStrings(strings);
  const isString = (one: string): boolean => parseConnectionString(one.trim()) !== null;
  const inPython = [...stringsIn(pythonTexts(text)), ...pythonArguments(text, isString)];
  const faults = createFaults();
  const root = rootOf(text, faults);
  if (root !== undefined && (inPython.length === 0 || fromRoot(root).sections.length > 0)) return fromRoot(root);
  if (inPython.length > 0) return fromStrings(inPython);
  if (lines.length === 0) return fromRoot({});
  const [first] = faults.list();
  const why = first === undefined ? '' : ` (as YAML: ${[first.path, first.message].filter(Boolean).join(': ')})`;
  throw new InputError(`The file is neither YAML with names nor a connection string${why}`);
};
