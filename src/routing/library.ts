import type { Tenant } from '../config/tenants.ts';
import type { CallScope } from '../scope.ts';
import * as mde from '../upstream/mde/library.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { sendOnce } from './send-once.ts';

export { type MdeLibraryUpload as LibraryUpload, maxLibraryFileBytes } from '../upstream/mde/library.ts';

/** Changes of a tenant's live response library: one call each, sent once. */
export interface LibraryActions {
  readonly upload: (tenant: Tenant, file: mde.MdeLibraryUpload, scope: CallScope) => Promise<null>;
  readonly remove: (tenant: Tenant, fileName: string, scope: CallScope) => Promise<null>;
}

export const createLibraryActions = (parts: RoutingDependencies): LibraryActions => ({
  upload: (tenant, file, scope) =>
    parts.routing.run(tenant, 'libraryFiles.write', scope, {
      mde: () => sendOnce(parts, tenant, mde.uploadLibraryFile(file), scope),
    }),
  remove: (tenant, fileName, scope) =>
    parts.routing.run(tenant, 'libraryFiles.write', scope, {
      mde: () => sendOnce(parts, tenant, mde.deleteLibraryFile(fileName), scope),
    }),
});
