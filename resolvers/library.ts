import type { LibraryFileResolvers, QueryResolvers } from '../src/generated/graphql.ts';
import { known } from '../src/loaders/known.ts';
import { entityFields } from './node.ts';

export const libraryQueries: Pick<QueryResolvers, 'libraryFiles' | 'libraryFile'> = {
  libraryFiles: (_, asked, context) => context.lists.libraryFiles(context, asked),
  libraryFile: (_, { tenant, fileName }, context) => known('libraryFiles', context, tenant, fileName),
};

export const LibraryFile: LibraryFileResolvers = entityFields(
  'LibraryFile',
  ({ fileName }: { readonly tenant: string; readonly fileName: string }) => fileName,
);
