import type { LibraryFileFilter } from '../generated/inputs.ts';
import { mde } from '../microsoft/mde/index.ts';
import { rowsAtHand } from '../routing/at-hand.ts';
import { readWhole } from '../routing/every-row.ts';
import { containsText, type FilterRows, rowMatcher } from '../routing/filters/rows.ts';
import { isTrue } from '../routing/filters/value-rows.ts';
import type { CollectionReads } from '../routing/mde-collection.ts';
import { asBoolean, asId, asSent, asText, asTime, type EntityOf } from '../unification/fields.ts';
import { page } from '../upstream/call.ts';
import { byPermissionAlone, entity, fromMde, type OfTenant, type ReadParts } from './entity.ts';
import { checkedBy, identified } from './mde-entity.ts';

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
const files = identified('a library file', 'library files', 'fileName');

/** The list takes no `$filter`. */
const rows = {
  textContains: containsText(({ fileName, description }: LibraryFile) => [fileName, description ?? ''].join('\n')),
  hasParameters: isTrue(({ hasParameters }: LibraryFile) => hasParameters),
} satisfies FilterRows<LibraryFileFilter, LibraryFile>;

/** No call reads one file: list and look-ups are the same call, however many names are asked for. */
const reads = ({ routing, send }: ReadParts): CollectionReads<LibraryFileFilter, LibraryFile> => {
  const named = ({ fileName }: Readonly<Record<string, unknown>>): string => String(fileName);
  return {
    byIds: (tenant, ids, scope) =>
      routing.run(tenant, 'libraryFiles.read', scope, {
        mde: async () => {
          const sent = await readWhole(send, tenant, page(mde.listLibraryFiles, {}, files), named, scope);
          const wanted = new Set(ids);
          const found = sent.map((wire) => libraryFileFromMde(tenant, wire)).filter((file) => wanted.has(idOf(file)));
          return new Map(found.map((file) => [idOf(file), file]));
        },
      }),
    open: (tenant, filter, { from }, scope) =>
      routing.run(tenant, 'libraryFiles.read', scope, {
        mde: async () => {
          const sent = await readWhole(send, tenant, page(mde.listLibraryFiles, {}, files), named, scope);
          const read = sent.map((wire) => libraryFileFromMde(tenant, wire));
          return rowsAtHand<LibraryFile>('mde', read, { idOf, timeOf: null }, from, rowMatcher(filter, rows));
        },
      }),
  };
};

/** The row of the table of entities. */
export const libraryFiles = entity({
  type: 'LibraryFile',
  id,
  idOf,
  permission: 'library:read',
  visible: byPermissionAlone,
  reads,
  timeOf: null,
  orders: {},
  check: checkedBy<LibraryFileFilter, LibraryFile>(rows),
});
