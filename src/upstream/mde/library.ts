import { library } from '../../microsoft/mde/library.ts';
import { statusAlone } from '../answers.ts';
import { call } from '../call.ts';
import type { Operation } from '../http/operation.ts';

/** upload-library.md: the largest file, in bytes. */
export const maxLibraryFileBytes = 20 * 1024 * 1024;

/** A file for the library. */
export interface MdeLibraryUpload {
  readonly fileName: string;
  readonly content: Uint8Array<ArrayBuffer>;
  readonly description: string | null;
  /** Null: it takes none. */
  readonly parametersDescription: string | null;
  readonly overwrite: boolean;
}

/** Uploads a file; its answer says nothing that the list does not. */
export const uploadLibraryFile = (file: MdeLibraryUpload): Operation<null> => ({
  ...call(library.uploadLibraryFile, {}, { parse: statusAlone }),
  form: {
    fields: {
      ...(file.description === null ? {} : { Description: file.description }),
      ...(file.parametersDescription === null
        ? {}
        : { ParametersDescription: file.parametersDescription, HasParameters: 'true' }),
      OverrideIfExists: String(file.overwrite),
    },
    file: { field: 'File', name: file.fileName, content: file.content },
  },
});

/** Takes a file away. */
export const deleteLibraryFile = (fileName: string) =>
  call(library.deleteLibraryFile, { fileName }, { parse: statusAlone });
