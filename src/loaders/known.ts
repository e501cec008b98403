import { InputError, NotFoundError } from '../errors.ts';
import type { EntityKey } from './keyed.ts';

/** The forms of Microsoft's ids. A machine may also be named by its DNS name, an alert's id has a prefix per product. */
const idForms = {
  incident: { pattern: /^\d{1,18}$/, form: 'digits' },
  alert: { pattern: /^[\w-]{1,128}$/, form: 'letters, digits, _ and -' },
  machine: { pattern: /^[\w.-]{1,255}$/, form: '40 hex digits or a DNS name' },
  machineAction: { pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, form: 'a GUID' },
} as const;

/** What a caller can name by id. */
export type EntityKind = keyof typeof idForms;

/** The argument that names an entity. */
const fieldOf: Readonly<Record<EntityKind, string>> = {
  incident: 'incidentId',
  alert: 'alertId',
  machine: 'machineId',
  machineAction: 'actionId',
};

/** The id, if it has the form of its kind; `BAD_USER_INPUT` saves a call that cannot succeed. */
export const checkedId = (kind: EntityKind, id: string): string => {
  const { pattern, form } = idForms[kind];
  if (pattern.test(id)) return id;
  throw new InputError(`"${id.slice(0, 80)}" is not an id of this kind: ${form}`, { field: fieldOf[kind] });
};

/** The entity that a caller named; `NOT_FOUND` when there is none. */
export const known = async <T>(
  kind: EntityKind,
  loader: { load(key: EntityKey): Promise<T | null> },
  key: EntityKey,
): Promise<T> => {
  const entity = await loader.load({ ...key, id: checkedId(kind, key.id) });
  if (entity !== null) return entity;
  throw new NotFoundError(`${key.tenant} has no ${kind} "${key.id}"`, { tenant: key.tenant, field: fieldOf[kind] });
};
