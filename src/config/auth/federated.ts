import { resolve } from 'node:path';
import { z } from 'zod';
import { readBoundedFile, secretFile } from '../../bounded-file.ts';
import { TenantAccessError } from '../../errors.ts';
import type { ConfigPath, Faults } from '../faults.ts';
import { flag, guid, section, text } from '../fields.ts';
import type { ReferenceContext } from '../references.ts';
import type { AppAuth, FederatedAssertion } from '../tenants.ts';
import { whyUnreadable } from '../unreadable.ts';

/** `true`: the system-assigned identity; a GUID: the client id of a user-assigned one. */
const identity = () => z.union([flag(), guid()], { error: () => 'must be true, or the client id of an identity' });

/** Workload identity federation. */
export const federatedSchema = section({
  clientId: guid(),
  federated: section({ tokenFile: text().optional(), managedIdentity: identity().optional() }),
});

/** Read anew each time: AKS replaces the file every hour. It may come later than the gateway, so it is not tried here. */
const tokenFile = (name: string, { baseDir }: ReferenceContext): FederatedAssertion => ({
  kind: 'tokenFile',
  read: async () => {
    try {
      const { bytes } = await readBoundedFile(resolve(baseDir, name), secretFile);
      return bytes.toString('utf8').trim();
    } catch (error) {
      throw new TenantAccessError(
        'TENANT_SIGN_IN_REQUIRED',
        `the federated token file cannot be read (${whyUnreadable(error)}): check auth.federated.tokenFile`,
        {},
        error,
      );
    }
  },
});

/** Workload identity federation: https://learn.microsoft.com/entra/workload-id/workload-identity-federation */
export const readFederatedAuth = async (
  value: unknown,
  path: ConfigPath,
  context: ReferenceContext,
  faults: Faults,
): Promise<AppAuth | undefined> => {
  const read = faults.read(federatedSchema, value, path);
  if (read === undefined) return undefined;
  const { clientId, federated } = read;
  const { tokenFile: file, managedIdentity = false } = federated;
  if ((file === undefined) === (managedIdentity === false)) {
    faults.add([...path, 'federated'], 'give either tokenFile or managedIdentity');
    return undefined;
  }
  if (file !== undefined) return { kind: 'federated', clientId, assertion: tokenFile(file, context) };
  const identityId = typeof managedIdentity === 'string' ? managedIdentity : null;
  return { kind: 'federated', clientId, assertion: { kind: 'managedIdentity', clientId: identityId } };
};
