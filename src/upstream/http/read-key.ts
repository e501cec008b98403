import { tenantKey } from '../../config/tenant-keys.ts';
import { identityKey } from '../../scope.ts';
import type { Call } from './call.ts';

/** What makes two reads the same: who is asked, as whom, and for what to the last parameter. Of it calls are joined and answers kept. */
export const readKey = ({
  tenant,
  operation,
  url,
  scope,
}: Pick<Call, 'tenant' | 'operation' | 'url' | 'scope'>): string =>
  [
    tenantKey(tenant),
    identityKey(tenant, scope.callerToken),
    operation.api,
    url,
    operation.headers === undefined ? '' : JSON.stringify(operation.headers),
  ].join('\n');
