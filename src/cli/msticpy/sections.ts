import { parseDocument } from 'yaml';
import { InputError } from '../../errors.ts';
import { parseConnectionString } from './connection-string.ts';

/** One provider section of MSTICPy, its settings by lower-case names without underscores (MSTICPy ignores case). */
export interface ProviderSection {
  /** e.g. `MicrosoftDefender-Tenant1`. */
  readonly title: string;
  /** e.g. `Tenant1`; empty for the section without one. */
  readonly instance: string;
  readonly values: ReadonlyMap<string, unknown>;
  /** The names as they stand there, by the map's. */
  readonly names: ReadonlyMap<string, string>;
}

/** What the file holds for us. */
export interface MsticpyFile {
  readonly sections: readonly ProviderSection[];
  /** `KeyVault.VaultName`: where secrets without a vault of their own are. */
  readonly vault: string | null;
}

/** The driver's section, and the older name that it still reads. */
const titlePattern = /^(?:MicrosoftDefender|MDATPApp)(?:-(.+))?$/;

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};

/** The value under `name`, whatever its case. */
const under = (record: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.entries(record).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];

const keyOf = (name: string): string => name.toLowerCase().replaceAll('_', '');

const sectionOf = (title: string, instance: string, args: Readonly<Record<string, unknown>>): ProviderSection => {
  // A whole connection string may stand among the arguments; what is said apart counts more.
  const embedded = Object.entries(args).find(([name]) => /^connectionstr(ing)?$/.test(keyOf(name)))?.[1];
  const parsed = typeof embedded === 'string' ? (parseConnectionString(embedded) ?? {}) : {};
  const all = Object.entries({ ...parsed, ...args }).filter(
    ([, value]) => value !== embedded || embedded === undefined,
  );
  return {
    title,
    instance,
    values: new Map(all.map(([name, value]) => [keyOf(name), value])),
    names: new Map(all.map(([name]) => [keyOf(name), name])),
  };
};

const fromYaml = (text: string): MsticpyFile => {
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0) throw new InputError('The file is neither YAML nor a connection string');
  const root = recordOf(document.toJS());
  const providers = recordOf(under(root, 'DataProviders'));
  const sections = Object.entries(providers).flatMap(([title, provider]) => {
    const match = titlePattern.exec(title);
    return match === null ? [] : [sectionOf(title, match[1] ?? '', recordOf(under(recordOf(provider), 'Args')))];
  });
  const vault = under(recordOf(under(root, 'KeyVault')), 'VaultName');
  return { sections, vault: typeof vault === 'string' && vault !== '' ? vault : null };
};

/** Reads a `msticpyconfig.yaml`, or connection strings one a line. Throws `BAD_USER_INPUT` for anything else. */
export const readMsticpy = (text: string): MsticpyFile => {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  const strings = lines.map((line) => parseConnectionString(line.trim().replace(/^"(.*)"$/, '$1')));
  if (lines.length === 0 || strings.some((parsed) => parsed === null)) return fromYaml(text);
  const many = strings.length > 1;
  return {
    vault: null,
    sections: strings.flatMap((parsed, index) =>
      parsed === null ? [] : [sectionOf(`connection string ${index + 1}`, many ? `tenant-${index + 1}` : '', parsed)],
    ),
  };
};
