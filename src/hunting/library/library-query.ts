import type { IdForm } from '../../domain/id-forms.ts';
import { observableIds } from '../../domain/observable-ids.ts';

/** What a parameter of a library query takes. */
export type LibraryParameterType = 'STRING' | 'STRINGS' | 'NUMBER';

/** A value that a query asks for, under the name by which its KQL calls it. */
export interface LibraryParameter {
  readonly type: LibraryParameterType;
  readonly about: string;
  /** Texts that have one form, in which they are asked for: another text would find nothing, and not say why. */
  readonly form?: IdForm;
  /** What counts when it is not given; absent: it has to be given. */
  readonly byDefault?: string | number | readonly string[];
}

/** A hunting query of ours. Its KQL has `since` and `until`, and its parameters, as bound values. */
export interface LibraryQuery {
  readonly about: string;
  readonly tables: readonly string[];
  readonly parameters: Readonly<Record<string, LibraryParameter>>;
  /** What MSTICPy's query providers (`MDE.`, `M365D.`) or Cortex's hunting commands (`command/query_purpose`) call the same question. */
  readonly alsoKnownAs: readonly string[];
  readonly kql: string;
}

/** Queries about one thing. */
export type LibraryQueries = Readonly<Record<string, LibraryQuery>>;

/** The time that is asked about; first, as Microsoft wants it. */
export const inTime = '| where Timestamp between (since .. until)';
export const newestFirst = '| order by Timestamp desc';

export const lines = (...parts: readonly string[]): string => parts.join('\n');

const text = (about: string, form?: IdForm): LibraryParameter => ({
  type: 'STRING',
  about,
  ...(form === undefined ? {} : { form }),
});
const optional = (about: string, form?: IdForm): LibraryParameter => ({ ...text(about, form), byDefault: '' });

const hashForm: IdForm = {
  field: 'hash',
  form: /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/,
  says: 'a SHA-1, SHA-256 or MD5 in hex',
  spelled: (hash) => hash.toLowerCase(),
};

/** Parameters that many queries have. */
export const parameters = {
  machine: text('A machine: its id, its DNS name or its host name.'),
  anyMachine: optional('One machine alone: its id, its DNS name or its host name.'),
  file: text('The name of a file, without its folder.'),
  anyFile: optional('One file alone, by its name without its folder.'),
  hash: text('SHA-1, SHA-256 or MD5 of a file, in hex.', hashForm),
  anyHash: optional('One file alone, by its SHA-1, SHA-256 or MD5 in hex.', hashForm),
  account: text(
    'The name of an account; a domain before it, or what follows its `@`, is taken off.',
    observableIds.user,
  ),
  path: text('A part of a path.'),
  address: text('An IPv4 or IPv6 address.', observableIds.ipAddress),
  url: text('A URL or a part of it.'),
} as const;

/** The machine, by any of its names. */
export const onMachine =
  '| where DeviceId =~ machine or DeviceName =~ machine or DeviceName startswith strcat(machine, ".")';
export const onAnyMachine =
  '| where isempty(machine) or DeviceId =~ machine or DeviceName =~ machine or DeviceName startswith strcat(machine, ".")';

/** The file that an event is about, and the one whose process did it. */
export const withHash = '| where SHA1 =~ hash or SHA256 =~ hash or MD5 =~ hash';
export const byAnyProcess = lines(
  '| where isempty(file) or InitiatingProcessFileName =~ file',
  '| where isempty(hash) or InitiatingProcessSHA1 =~ hash or InitiatingProcessSHA256 =~ hash or InitiatingProcessMD5 =~ hash',
);

/** What queries on signs of one kind take besides the time. */
export const anywhere = {
  machine: parameters.anyMachine,
  file: parameters.anyFile,
  hash: parameters.anyHash,
} as const;
