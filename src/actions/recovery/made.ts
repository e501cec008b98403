import type { LibraryFile } from '../../entities/library-file.ts';
import type { Of } from '../once/journal.ts';

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
