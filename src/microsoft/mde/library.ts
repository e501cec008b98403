import { del, get, operations, post } from '../operation.ts';

/** The files that live response can put on a machine or run. */
export const library = operations('mde', {
  /** List scripts and files of the live response library. */
  listLibraryFiles: get('/api/libraryfiles', { any: ['Library.Manage'], pages: 'once', doc: 'list-library-files.md' }),
  /** Upload a file to the library. */
  uploadLibraryFile: post('/api/libraryfiles', {
    any: ['Library.Manage'],
    body: {
      File: 'needed',
      Description: 'optional',
      ParametersDescription: 'optional',
      OverrideIfExists: 'optional',
      HasParameters: 'optional',
    },
    doc: 'upload-library.md',
  }),
  /** Delete a library file. */
  deleteLibraryFile: del('/api/libraryfiles/{fileName}', { any: ['Library.Manage'], doc: 'delete-library.md' }),
});
