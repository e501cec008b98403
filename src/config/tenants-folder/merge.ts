import { pathText } from '../faults.ts';
import type { ListedTenant } from '../tenant-list.ts';
import type { Tenant, TenantFault } from '../tenants.ts';
import type { TenantFile } from './files.ts';

/** A tenant in force, and the file of the folder that it is from. */
export interface PlacedTenant extends ListedTenant {
  /** `null`: the settings file. */
  readonly file: string | null;
}

/** What came of all files together. */
export interface Merged {
  readonly placed: readonly PlacedTenant[];
  readonly faults: readonly TenantFault[];
}

const isOf =
  (file: string | null, name: string) =>
  (one: PlacedTenant): boolean =>
    one.file === file && one.tenant.name === name;

/** Those of a file with faults that it does not name any more, or not so that they can be used: they stay as they were. */
const keptOf = ({ file, listed, faults }: TenantFile, before: readonly PlacedTenant[]): readonly PlacedTenant[] =>
  faults.length === 0
    ? []
    : before.filter((one) => one.file === file && !listed.some(({ tenant }) => tenant.name === one.tenant.name));

/** What is in force unchanged comes first, then what is of a file as before, then what is new; a newcomer takes nobody's place. */
const rankOf = (one: PlacedTenant, before: readonly PlacedTenant[]): number => {
  if (one.file === null) return 0;
  const earlier = before.find(isOf(one.file, one.tenant.name));
  if (earlier === undefined) return 3;
  return earlier.tenant === one.tenant ? 1 : 2;
};

const placeText = (file: string | null): string => (file === null ? 'the settings file' : file);

/**
 * The tenants in force: those of the settings file, then of the folder's files by name. A name or an id that another file has
 * already is refused, and what its file said before stays. `before`: what is in force until now.
 */
export const mergeTenants = (
  own: readonly Tenant[],
  files: readonly TenantFile[],
  before: readonly PlacedTenant[],
): Merged => {
  const faults: TenantFault[] = files.flatMap(({ file, faults: found }) => found.map((fault) => ({ file, ...fault })));
  const candidates = [
    ...own.map((tenant): PlacedTenant => ({ tenant, path: [], file: null })),
    ...files.flatMap((file) => [
      ...keptOf(file, before),
      ...file.listed.map((listed): PlacedTenant => ({ ...listed, file: file.file })),
    ]),
  ];
  const placed: PlacedTenant[] = [];
  const names = new Map<string, PlacedTenant>();
  const ids = new Map<string, PlacedTenant>();
  const place = (one: PlacedTenant): void => {
    placed.push(one);
    names.set(one.tenant.name, one);
    if (!ids.has(one.tenant.tenantId)) ids.set(one.tenant.tenantId, one);
  };
  const refuse = ({ file, path, tenant }: PlacedTenant, field: string, other: PlacedTenant): void => {
    const what = field === 'name' ? 'name' : 'tenantId';
    const message = `is the ${what} of a tenant of ${placeText(other.file)} too: this one is not used`;
    faults.push({ file: file ?? '', path: pathText([...path, field]), message });
    // One that was to have another's name stays under its own.
    const earlier =
      before.find(isOf(file, tenant.name)) ??
      before.find((known) => known.file === file && known.tenant.tenantId === tenant.tenantId);
    if (earlier !== undefined && !names.has(earlier.tenant.name)) place(earlier);
  };
  for (const one of candidates.toSorted((a, b) => rankOf(a, before) - rankOf(b, before))) {
    const sameName = names.get(one.tenant.name);
    const sameId = ids.get(one.tenant.tenantId);
    if (sameName !== undefined) refuse(one, 'name', sameName);
    // Within one file two apps may be used for one tenant.
    else if (sameId !== undefined && sameId.file !== one.file) refuse(one, 'tenantId', sameId);
    else place(one);
  }
  return { placed, faults };
};
