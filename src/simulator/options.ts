import type { JWTPayload } from 'jose';
import type { Calls } from './calls.ts';
import type { ApiProduct } from './clouds.ts';
import type { ArcKey } from './entra/request.ts';
import type { Faults } from './faults.ts';
import type { Product } from './http/types.ts';
import type { Links } from './links.ts';
import type { OddityChanges, OddityValues, Profile } from './oddities/values.ts';
import type { SimTenant } from './tenants.ts';
import type { WorldOptions } from './world/estate.ts';
import type { TenantWorld } from './world/types.ts';

/** How a simulator is set up; everything has a default. */
export interface CoreOptions {
  /** Default: the tenants of the demo. */
  readonly tenants?: readonly SimTenant[];
  /** Address to bind. Default `127.0.0.1`. */
  readonly host?: string;
  /** Name under which clients reach it, part of every origin and of the certificate. Default `localhost`. */
  readonly hostName?: string;
  /** Port of the first listener, the others follow. Default 0: any free ports. */
  readonly basePort?: number;
  /** Added to every tenant's seed: another number, another estate. Default 0. */
  readonly seed?: number;
  /** Time of tokens, quotas, links and worlds. Default: the real time. */
  readonly now?: () => Date;
  /** Which of Microsoft's oddities are on. Default `mild`. */
  readonly profile?: Profile;
  /** Oddities in place of the profile's. */
  readonly oddities?: OddityChanges;
  /** Answer 429 past the documented limits. Default true. */
  readonly enforceQuotas?: boolean;
  /** The key file that a machine of Azure Arc has to show; MSAL wants it in Arc's own folder. Default: no such machine. */
  readonly arcKey?: ArcKey;
  /** Default 3599, as Entra mostly gives. */
  readonly tokenLifetimeSeconds?: number;
}

/** What the core is put together with: the estate and the products over it. */
export interface SimulatorParts {
  readonly createWorld: (options: WorldOptions) => TenantWorld;
  readonly createProducts: (deps: {
    readonly links: Links;
    /** Local origin of blob storage. */
    readonly linkOrigin: () => string;
  }) => readonly Product[];
}

/** Local origins of one tenant's cloud: what a client's settings override. */
export type LocalEndpoints = Readonly<Record<'authority' | ApiProduct, string>>;

/** A running simulator. */
export interface Simulator {
  /** The CA that clients must trust. */
  readonly caPem: string;
  readonly tenants: readonly SimTenant[];
  /** The estate behind a tenant's APIs; reading and changing it is fine. Throws for an unknown name. */
  world(tenantName: string): TenantWorld;
  /** Local origin of a real one, e.g. of `https://graph.microsoft.com`. Throws when no tenant needs that host. */
  originOf(realOrigin: string): string;
  /** Whether it answers 429 when a quota is used up. */
  readonly keepsQuotas: boolean;
  endpoints(tenantName: string): LocalEndpoints;
  readonly calls: Pick<Calls, 'count' | 'list' | 'reset'>;
  readonly faults: Pick<Faults, 'add' | 'clear' | 'list'>;
  readonly oddities: {
    /** How they stand for a tenant. Throws for an unknown name. */
    of(tenantName: string): OddityValues;
    /** Changes them for one tenant, or for all. Throws for a value that does not fit. */
    set(changes: OddityChanges, tenantName?: string): void;
    /** As at the start. */
    reset(): void;
  };
  readonly users: {
    /** Who signs in at `/authorize` and the device page when nobody is named. */
    signIn(tenantName: string, userPrincipalName: string): void;
    /** From now on the tenant's administrator declines to consent to apps; `false`: consents again. */
    declineConsent(tenantName: string, declines?: boolean): void;
    /** Approves a device code; `userPrincipalName` defaults to the signed-in or first user. */
    approveDeviceCode(userCode: string, userPrincipalName?: string): void;
    declineDeviceCode(userCode: string): void;
    /** Ends the user's sign-ins: their refresh tokens are refused with AADSTS50173. */
    revoke(userPrincipalName: string): void;
  };
  /** Signs any claims with the key of the token endpoint; `iat`, `nbf` and `exp` are filled in unless given. */
  mintToken(claims: JWTPayload): Promise<string>;
  stop(): Promise<void>;
}
