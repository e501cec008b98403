import { InputError } from '../errors.ts';

/** How the ids of one type look. */
export interface IdForm<Field extends string = string> {
  /** The field that has the id, and the argument that names one. */
  readonly field: Field;
  readonly form: RegExp;
  /** The form in words. */
  readonly says: string;
  /** The one spelling of an id that has several; null: it is none. Absent: each is as it was given. */
  readonly spelled?: (id: string) => string | null;
}

/** Whether a machine is named by Defender's id; otherwise by its DNS name or host name. */
export const isMachineId = (text: string): boolean => /^[0-9a-f]{40}$/i.test(text);

const guid = { form: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, says: 'a GUID' } as const;

/**
 * The forms of ids that filters and mutations name too; those of all other types stand in their rows in `src/entities`.
 * - incident: digits; with zeros before them some services take them for the same number.
 * - alert: a prefix per product and what that product likes: `da637..._-961...`, `ca...`, a GUID, words with dots.
 * - machine: 40 hex digits, in lower case as Microsoft has them; a machine may also be named by its DNS name or by its host name
 *   alone.
 * - machineAction: a GUID.
 * - approval: a GUID of the gateway's own.
 */
export const idForms = {
  incident: { field: 'incidentId', form: /^[1-9]\d{0,17}$/, says: 'digits without a zero before them' },
  alert: {
    field: 'alertId',
    form: /^(?!\.+$)[\w.:-]{1,256}$/,
    says: 'letters, digits, ".", ":", "_" and "-"',
  },
  machine: {
    field: 'machineId',
    form: /^(?!\.+$)[\w.-]{1,255}$/,
    says: '40 hex digits or a DNS name',
    spelled: (id) => (isMachineId(id) ? id.toLowerCase() : id),
  },
  machineAction: { field: 'actionId', ...guid },
  approval: { field: 'approvalId', ...guid },
} as const satisfies Record<string, IdForm>;

/** What filters and mutations name by id. */
export type NamedKind = keyof typeof idForms;

const formNamed = (of: NamedKind | IdForm): IdForm => (typeof of === 'string' ? idForms[of] : of);

/** The id in its one spelling; null: it has not that form. */
export const spelledId = (of: NamedKind | IdForm, id: string): string | null => {
  const { form, spelled } = formNamed(of);
  const spelling = spelled === undefined ? id : spelled(id);
  return spelling !== null && form.test(spelling) ? spelling : null;
};

/** Whether a text has that form. */
export const hasIdForm = (of: NamedKind | IdForm, id: string): boolean => spelledId(of, id) !== null;

/** What the ids look like, in words. */
export const formOf = (of: NamedKind | IdForm): string => formNamed(of).says;

/** The id, if it has that form, in its one spelling; `BAD_USER_INPUT` at `field` saves a call that cannot succeed. */
export const checkedId = (of: NamedKind | IdForm, id: string, field: string = formNamed(of).field): string => {
  const spelling = spelledId(of, id);
  if (spelling !== null) return spelling;
  throw new InputError(`"${id.slice(0, 80)}" is not an id of this kind: ${formOf(of)}`, { field });
};
