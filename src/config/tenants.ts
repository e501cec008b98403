import type { ApiEndpoint, ApiName, CloudName } from '../clouds/endpoints.ts';
import type { Quota } from '../microsoft/operation.ts';

/** How the gateway shows that it is an app. Secrets are read through a function so that a rotated one is seen. */
export type AppAuth =
  | {
      readonly kind: 'secret';
      readonly clientId: string;
      readonly clientSecret: () => Promise<string>;
      /** When the secret last read ends, in epoch milliseconds; `null`: where it is kept does not tell. */
      readonly clientSecretEnd?: () => number | null;
    }
  | {
      readonly kind: 'certificate';
      readonly clientId: string;
      readonly certificate: () => Promise<CertificateCredential>;
    }
  | { readonly kind: 'federated'; readonly clientId: string; readonly assertion: FederatedAssertion };

/** Where the foreign token of workload identity federation comes from. */
export type FederatedAssertion =
  | {
      readonly kind: 'tokenFile';
      /** The file's text as it is now: it is replaced all the time. */
      readonly read: () => Promise<string>;
    }
  | {
      readonly kind: 'managedIdentity';
      /** Of a user-assigned identity; `null`: the system-assigned one. */
      readonly clientId: string | null;
    };

/** How the gateway signs in to a tenant. */
export type TenantAuth =
  | AppAuth
  | {
      readonly kind: 'managedIdentity';
      /** Of a user-assigned identity; `null`: the system-assigned one. */
      readonly clientId: string | null;
    }
  | {
      readonly kind: 'user';
      readonly clientId: string;
      /** User principal name of who has to sign in. */
      readonly userName: string;
      readonly flow: 'device' | 'browser';
    }
  | {
      readonly kind: 'onBehalfOf';
      readonly clientId: string;
      /** The gateway's own credential, which goes along with the caller's token. */
      readonly app: AppAuth;
    };

export interface CertificateCredential {
  /** PEM of the certificate, leaf first. */
  readonly certificatePem: string;
  /** PEM of the private key in clear, PKCS#8. */
  readonly privateKeyPem: string;
  /** Send the chain along (`x5c`): needed for subject-name/issuer registrations. */
  readonly sendChain: boolean;
}

/** One Microsoft tenant, settings and cloud table already joined. */
export interface Tenant {
  /** The name that callers use; unique, lower case. */
  readonly name: string;
  readonly tenantId: string;
  readonly cloud: CloudName;
  readonly tags: readonly string[];
  /** Login origin, no trailing slash. */
  readonly authority: string;
  readonly portal: string | null;
  /** `null`: this tenant's cloud has no such API. */
  readonly apis: Readonly<Record<ApiName, ApiEndpoint | null>>;
  /** Origin of the storage that links to files lead to, where it is not Microsoft's. */
  readonly filesOrigin?: string | null;
  readonly auth: TenantAuth;
  /** Calls that Microsoft allows, where it is not what its pages print: by operation, or of `hunting`. */
  readonly quotas?: Readonly<Partial<Record<string, Quota>>>;
  /** Preferred API for a routing subject, tried first. */
  readonly prefer: Readonly<Partial<Record<RoutingSubject, ApiName>>>;
  /** Capabilities that have to work here, by name, for `check`; absent: all that the cloud has. */
  readonly expects?: readonly string[];
}

/** The subjects that more than one API can answer. */
export const routingSubjects = ['incidents', 'alerts', 'hunting'] as const;
export type RoutingSubject = (typeof routingSubjects)[number];

/** What keeps a file of tenants, or one tenant of it, from being used. */
export interface TenantFault {
  /** The file's name in the folder; empty: the folder as a whole. */
  readonly file: string;
  /** Where in the file, e.g. `auth.clientSecret`; empty: the file as a whole. */
  readonly path: string;
  /** What is wrong and what to do; never the value itself, which may be a secret. */
  readonly message: string;
}
