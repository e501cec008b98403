import type { Tenant } from '../../config/tenants.ts';
import type { LibraryFile } from '../../entities/library-file.ts';
import type { CallScope } from '../../scope.ts';
import type { Of } from '../once/journal.ts';
import type { Found, Sought } from './sought.ts';

/** Reads library files by name; what does not exist is absent. */
export interface LibraryFileReads {
  byIds(tenant: Tenant, names: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, LibraryFile | Error>>;
}

/** Whether a file of the library is what was to be uploaded. A description that was not given may be any. */
export const isUploaded = (
  {
    sha256,
    description,
    parametersDescription,
  }: Pick<Of<'libraryUpload'>, 'sha256' | 'description' | 'parametersDescription'>,
  file: Pick<LibraryFile, 'sha256' | 'description' | 'parametersDescription'>,
): boolean =>
  file.sha256?.toLowerCase() === sha256 &&
  (description === null || file.description === description) &&
  (parametersDescription === null || file.parametersDescription === parametersDescription);

const foundFiles = async <Subject extends Of<'libraryUpload' | 'libraryDeletion'>>(
  reads: LibraryFileReads,
  tenant: Tenant,
  sought: readonly Sought<Subject>[],
  isDone: (subject: Subject, file: LibraryFile | undefined) => boolean,
  scope: CallScope,
): Promise<readonly (Found<LibraryFile> | Error | null)[]> => {
  const found = await reads.byIds(tenant, [...new Set(sought.map(({ subject }) => subject.fileName))], scope);
  return sought.map(({ subject, settled }): Found<LibraryFile> | Error | null => {
    const file = found.get(subject.fileName);
    if (file instanceof Error) return file;
    if (isDone(subject, file)) return { outcome: 'DONE', actionId: null, shown: file ?? null };
    return settled ? { outcome: 'NOT_BEGUN', actionId: null, shown: file ?? null } : null;
  });
};

/** What became of uploads: they were done when the library has that content under that name. One call. */
export const foundUploads = (
  reads: LibraryFileReads,
  tenant: Tenant,
  sought: readonly Sought<Of<'libraryUpload'>>[],
  scope: CallScope,
) => foundFiles(reads, tenant, sought, (subject, file) => file !== undefined && isUploaded(subject, file), scope);

/** What became of deletions: they were done when the name is gone. One call. */
export const foundDeletions = (
  reads: LibraryFileReads,
  tenant: Tenant,
  sought: readonly Sought<Of<'libraryDeletion'>>[],
  scope: CallScope,
) => foundFiles(reads, tenant, sought, (_, file) => file === undefined, scope);
