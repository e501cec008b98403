import { createHash } from 'node:crypto';
import { directoryKey } from '../config/tenant-keys.ts';
import type { Tenant } from '../config/tenants.ts';
import { InputError } from '../errors.ts';

/** Which of Microsoft's tenants the names in a cursor stood for when it was made. Absent in cursors of earlier versions. */
export type BoundTo = Readonly<Record<string, string>>;

const marks = new WeakMap<Tenant, string>();

/** Short, since each cursor has one for each tenant; nobody but the gateway writes it. */
const markOf = (tenant: Tenant): string => {
  const mark = marks.get(tenant) ?? createHash('sha256').update(directoryKey(tenant)).digest('base64url').slice(0, 8);
  marks.set(tenant, mark);
  return mark;
};

/** What a cursor over these tenants says of them. */
export const boundTo = (tenants: readonly Tenant[]): BoundTo =>
  Object.fromEntries(tenants.map((tenant) => [tenant.name, markOf(tenant)]));

/** Whether the name stood for another of Microsoft's tenants: a place in that one's list is none in this one's. */
export const isRepointed = (tenant: Tenant, bound: BoundTo | undefined): boolean =>
  (bound?.[tenant.name] ?? markOf(tenant)) !== markOf(tenant);

/** Why a list is not gone on with in a tenant. */
export const repointed = ({ name }: Tenant): InputError =>
  new InputError(
    `after: when this cursor was given, another tenant had the name "${name}": begin the list anew, without after`,
    { field: 'after', tenant: name },
  );
