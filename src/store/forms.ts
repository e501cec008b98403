import { isRecord } from '../domain/records.ts';
import type { Form, SpaceOptions } from './space.ts';

/** A text: the id of a process, what a library serialized by its own rules. */
export const textForm: Form = { version: 1, isValid: (value) => typeof value === 'string' };

/** Something that is there or is not. */
export const flagForm: Form = { version: 1, isValid: (value) => value === true };

/** What a field is to be, by its name or by a check of its own. */
const fieldForms = {
  text: (value) => typeof value === 'string',
  textOrNull: (value) => value === null || typeof value === 'string',
  number: (value) => typeof value === 'number',
  record: isRecord,
  recordOrNull: (value) => value === null || isRecord(value),
  list: (value) => Array.isArray(value),
} as const satisfies Record<string, Form['isValid']>;

/** Whether a value is a record that has these fields: as much of them as is read before it is looked at. */
export const hasFields =
  (fields: Readonly<Record<string, keyof typeof fieldForms | Form['isValid']>>): Form['isValid'] =>
  (value) =>
    isRecord(value) &&
    Object.entries(fields).every(([name, form]) => (typeof form === 'string' ? fieldForms[form] : form)(value[name]));

/** The version of what is kept, whose check stands beside its type: the compiler asks for it where the part is opened. */
export type Version = Pick<Form, 'version'>;

/** A row that has a version alone. */
type Unchecked = Omit<SpaceOptions, 'form' | 'guards'> & ({ readonly form: Version } | { readonly guards: Version });

/** The row with the check of what it keeps. */
export const checked = (row: Unchecked, isValid: Form['isValid']): SpaceOptions =>
  'guards' in row
    ? { ...row, guards: { version: row.guards.version, isValid } }
    : { ...row, form: { version: row.form.version, isValid } };
