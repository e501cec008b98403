import { InputError } from '../errors.ts';

/** Names of vendors and products have signs of their own (`c++`, `7-zip`, `+`, spaces in few), but neither slashes nor control characters. */
const joinedNames = /^(?=.*-_-)[^/\\?#%\p{Cc}]{5,300}$/u;

/**
 * The forms of Microsoft's ids, the only list of them: look-ups, `node`, filters and mutations check against it.
 * - incident: digits.
 * - alert: a prefix per product and what that product likes: `da637..._-961...`, `ca...`, a GUID, words with dots.
 * - machine: 40 hex digits; a machine may also be named by its DNS name or by its host name alone.
 * - machineAction: a GUID.
 * - investigation: digits.
 * - libraryFile: a file name. - vulnerability: a CVE id. - software, recommendation: what Microsoft makes of names, joined by `-_-`.
 * - remediationTask: a GUID by its page, though samples print letters beyond `f`.
 */
const idForms = {
  incident: { pattern: /^\d{1,18}$/, form: 'digits' },
  alert: { pattern: /^(?!\.+$)[\w.:-]{1,256}$/, form: 'letters, digits, ".", ":", "_" and "-"' },
  machine: { pattern: /^(?!\.+$)[\w.-]{1,255}$/, form: '40 hex digits or a DNS name' },
  machineAction: { pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, form: 'a GUID' },
  investigation: { pattern: /^\d{1,18}$/, form: 'digits' },
  libraryFile: { pattern: /^(?!\.+$)[^\\/\p{Cc}]{1,255}$/u, form: 'a file name' },
  vulnerability: { pattern: /^(CVE-\d{4}-\d{4,19}|TVM-[\w-]{1,80})$/i, form: 'a CVE id, e.g. CVE-2026-1234' },
  software: { pattern: joinedNames, form: 'vendor and name, e.g. microsoft-_-edge' },
  recommendation: { pattern: joinedNames, form: 'e.g. va-_-microsoft-_-edge or sca-_-scid-10' },
  remediationTask: { pattern: /^[0-9a-z]{8}(-[0-9a-z]{4}){3}-[0-9a-z]{12}$/i, form: 'a GUID' },
} as const;

/** What a caller can name by id. */
export type EntityKind = keyof typeof idForms;

/** The argument that names an entity. */
export const idFieldOf: Readonly<Record<EntityKind, string>> = {
  incident: 'incidentId',
  alert: 'alertId',
  machine: 'machineId',
  machineAction: 'actionId',
  investigation: 'investigationId',
  libraryFile: 'fileName',
  vulnerability: 'cveId',
  software: 'softwareId',
  recommendation: 'recommendationId',
  remediationTask: 'taskId',
};

/** Whether a text has the form of the kind's ids. */
export const hasIdForm = (kind: EntityKind, id: string): boolean => idForms[kind].pattern.test(id);

/** What the ids of a kind look like, in words. */
export const formOf = (kind: EntityKind): string => idForms[kind].form;

/** The id, if it has the form of its kind; `BAD_USER_INPUT` at `field` saves a call that cannot succeed. */
export const checkedId = (kind: EntityKind, id: string, field: string = idFieldOf[kind]): string => {
  if (hasIdForm(kind, id)) return id;
  throw new InputError(`"${id.slice(0, 80)}" is not an id of this kind: ${formOf(kind)}`, { field });
};

/** Whether a machine is named by Defender's id; otherwise by its DNS name or host name. */
export const isMachineId = (text: string): boolean => /^[0-9a-f]{40}$/i.test(text);
