import type { LibraryFileFilter } from '../generated/inputs.ts';
import { mde } from '../microsoft/mde/index.ts';
import { containsText, type FilterRows } from '../routing/filters/rows.ts';
import { isTrue } from '../routing/filters/value-rows.ts';
import { asBoolean, asId, asSent, asText, asTime, type EntityOf } from '../unification/fields.ts';
import { byPermissionAlone, entity, fromMde, type OfTenant } from './entity.ts';
import { checkedBy, identified } from './mde-entity.ts';
import { wholeReads } from './whole-reads.ts';

/** list-library-files.md */
export const libraryFileFields = {
  fileName: asId('fileName'),
  sha256: asText('sha256'),
  description: asText('description'),
  creationTime: asTime('creationTime'),
  lastUpdatedTime: asTime('lastUpdatedTime'),
  createdBy: asText('createdBy'),
  hasParameters: asBoolean('hasParameters'),
  parametersDescription: asText('parametersDescription'),
  raw: asSent(),
} as const;

/** A script or file that live response can run on a machine or put there. */
export interface LibraryFile extends OfTenant, EntityOf<typeof libraryFileFields> {}

/** Reads one. */
export const libraryFileFromMde = fromMde(libraryFileFields);

const id = { field: 'fileName', form: /^(?!\.+$)[^\\/:*?"<>|\p{Cc}]{1,255}$/u, says: 'a file name' } as const;
const idOf = ({ fileName }: LibraryFile): string => fileName;

/** The list takes no `$filter`. */
const rows = {
  textContains: containsText(({ fileName, description }: LibraryFile) => [fileName, description ?? ''].join('\n')),
  hasParameters: isTrue(({ hasParameters }: LibraryFile) => hasParameters),
} satisfies FilterRows<LibraryFileFilter, LibraryFile>;

/** The row of the table of entities. */
export const libraryFiles = entity({
  type: 'LibraryFile',
  id,
  idOf,
  permission: 'library:read',
  visible: byPermissionAlone,
  reads: wholeReads<LibraryFileFilter, LibraryFile>({
    capability: 'libraryFiles.read',
    kind: identified('a library file', 'library files', 'fileName'),
    list: mde.listLibraryFiles,
    property: 'fileName',
    read: libraryFileFromMde,
    rows,
    idOf,
    exactIds: true,
  }),
  timeOf: null,
  orders: {},
  check: checkedBy<LibraryFileFilter, LibraryFile>(rows),
});
