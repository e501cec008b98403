import { createHash } from 'node:crypto';
import type { ApiProduct, SimCloudName } from './clouds.ts';
import type { WorldOptions } from './world/estate.ts';

/** Permissions per API: the names, or `'all'` that the API's operations name. */
export type Grants = Readonly<Record<ApiProduct, readonly string[] | 'all'>>;

/** A foreign token that stands for the app (workload identity federation). */
export interface SimFederatedCredential {
  readonly issuer: string;
  readonly subject: string;
  /** PEM of the issuer's public key; without one the token's signature is not looked at. */
  readonly publicKeyPem?: string;
}

/** An app registration as one tenant knows it (its service principal). */
export interface SimApp {
  /** GUID. */
  readonly clientId: string;
  readonly secrets: readonly string[];
  /** Secrets that were good once: refused with AADSTS7000222. */
  readonly expiredSecrets?: readonly string[];
  /** PEM certificates whose keys may sign client assertions. */
  readonly certificates: readonly string[];
  readonly federated?: readonly SimFederatedCredential[];
  /** Application permissions that an admin consented to, under their application names (`Alert.Read.All`). */
  readonly permissions: Grants;
  /** May be consented to in other tenants through `/adminconsent`. */
  readonly multiTenant?: boolean;
  /** May use device code and refresh tokens without a credential. Default: only when it has no credential at all. */
  readonly allowPublicClient?: boolean;
  /** Exact redirect URIs of its web or desktop platform; without any of either kind, each is taken. */
  readonly redirectUris?: readonly string[];
  /** Redirect URIs of its platform "single-page application": codes sent there are redeemed by pages alone, with PKCE. */
  readonly spaRedirectUris?: readonly string[];
}

/** Someone who can sign in. */
export interface SimUser {
  readonly userPrincipalName: string;
  readonly displayName?: string;
  /** Delegated permissions that the user may use, under their delegated names (MDE and M365D: without `.All`). */
  readonly permissions: Grants;
  /** On-behalf-of is refused (AADSTS50076) until the user signed in with a claims challenge. */
  readonly mfaRequired?: boolean;
}

/** One Microsoft tenant of the simulator. */
export interface SimTenant {
  /** Short name, also of its domain `<name>.onmicrosoft.com`. */
  readonly name: string;
  /** GUID. */
  readonly tenantId: string;
  readonly cloud: SimCloudName;
  readonly apps: readonly SimApp[];
  readonly users: readonly SimUser[];
  /** APIs whose service principal was never provisioned there: asking for a token fails with AADSTS500011. */
  readonly notProvisioned?: readonly ApiProduct[];
  /** Size of its estate. */
  readonly scale?: NonNullable<WorldOptions['scale']>;
  /** Seed of the estate; by default made from the name. */
  readonly seed?: number;
}

/** The same GUID for the same text, always. */
export const stableGuid = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** The same 32-bit number for the same text, always. */
export const stableSeed = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0);

export const everything: Grants = { mde: 'all', m365d: 'all', graph: 'all' };

interface SimpleTenant {
  readonly name: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly cloud: SimCloudName;
  readonly permissions?: Grants;
}

/** A tenant with one app (secret `demo-secret-<name>`) and two users, one of whom needs a second factor. */
const simpleTenant = ({ name, tenantId, clientId, cloud, permissions = everything }: SimpleTenant): SimTenant => ({
  name,
  tenantId,
  cloud,
  apps: [
    {
      clientId,
      secrets: [`demo-secret-${name}`],
      certificates: [],
      permissions,
      multiTenant: true,
      allowPublicClient: true,
    },
  ],
  users: [
    { userPrincipalName: `analyst@${name}.com`, displayName: 'Alex Analyst', permissions },
    { userPrincipalName: `guarded@${name}.com`, displayName: 'Gale Guarded', permissions, mfaRequired: true },
  ],
});

/** The tenants of the demo. `adatum` consented to MDE alone: its Graph and M365D tokens carry no role. */
export const demoTenants: readonly SimTenant[] = [
  simpleTenant({
    name: 'contoso',
    tenantId: '11111111-aaaa-4aaa-8aaa-000000000001',
    clientId: '11111111-bbbb-4bbb-8bbb-000000000001',
    cloud: 'global',
  }),
  simpleTenant({
    name: 'fabrikam',
    tenantId: '22222222-aaaa-4aaa-8aaa-000000000002',
    clientId: '22222222-bbbb-4bbb-8bbb-000000000002',
    cloud: 'gcc-high',
  }),
  simpleTenant({
    name: 'adatum',
    tenantId: '33333333-aaaa-4aaa-8aaa-000000000003',
    clientId: '33333333-bbbb-4bbb-8bbb-000000000003',
    cloud: 'uk',
    permissions: { mde: 'all', m365d: [], graph: [] },
  }),
];

/** A tenant with everything consented in any cloud, named `sim-<cloud>`: one row of a test over all clouds. */
export const tenantForCloud = (cloud: SimCloudName): SimTenant => {
  const name = `sim-${cloud}`;
  return simpleTenant({ name, cloud, tenantId: stableGuid(`tenant ${name}`), clientId: stableGuid(`app ${name}`) });
};
