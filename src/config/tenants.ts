import type { ApiEndpoint, ApiName, CloudName } from '../clouds/endpoints.ts';

/** How the gateway signs in to a tenant. Secrets are read through a function so that a rotated one is seen. */
export type TenantAuth =
  | { readonly kind: 'secret'; readonly clientId: string; readonly clientSecret: () => Promise<string> }
  | {
      readonly kind: 'certificate';
      readonly clientId: string;
      /** PEM, private key first or separate; the key may be encrypted. */
      readonly certificate: () => Promise<CertificateCredential>;
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
  readonly auth: TenantAuth;
  /** Preferred API for a routing subject, tried first. */
  readonly prefer: Readonly<Partial<Record<RoutingSubject, ApiName>>>;
}

/** The subjects that more than one API can answer. */
export const routingSubjects = ['incidents', 'alerts', 'hunting'] as const;
export type RoutingSubject = (typeof routingSubjects)[number];
