import type { Directory } from '../directory.ts';
import type { Incoming } from '../http/incoming.ts';
import type { SimResponse } from '../http/types.ts';
import type { Oddities } from '../oddities/state.ts';
import type { SimApp, SimTenant } from '../tenants.ts';
import { EntraError } from './errors.ts';
import type { SignIns } from './sign-ins.ts';
import type { Signer } from './signer.ts';
import type { TokenIssuer } from './tokens.ts';

/** The key file by which Azure Arc knows that its caller may read root's files. */
export interface ArcKey {
  readonly file: string;
  readonly key: string;
}

/** What every endpoint of the login host works with. */
export interface EntraDeps {
  /** Real login origin. */
  readonly host: string;
  /** Login origin as clients reach it. */
  readonly origin: () => string;
  readonly directory: Directory;
  readonly signer: Signer;
  readonly issuer: TokenIssuer;
  readonly signIns: SignIns;
  /** Without it no machine of Azure Arc is played. */
  readonly arcKey?: ArcKey | undefined;
  readonly oddities: Oddities;
  readonly now: () => Date;
}

/** One request to the login host. */
export interface EntraRequest {
  readonly incoming: Incoming;
  /** Form of a POST; the query of a GET. */
  readonly form: URLSearchParams;
  /** The path's `{tenant}`. */
  readonly tenantSegment: string;
}

export interface EntraRoute {
  /** e.g. `entra.token`. */
  readonly id: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  handle(request: EntraRequest, deps: EntraDeps): SimResponse | Promise<SimResponse>;
}

/** The tenant of the path; refusals as Entra words them. */
export const requireTenant = ({ tenantSegment }: EntraRequest, { directory, host }: EntraDeps): SimTenant => {
  const lookup = directory.lookUp(host, tenantSegment);
  if (lookup.kind === 'found') return lookup.tenant;
  throw lookup.kind === 'other-cloud'
    ? new EntraError(90038, `Tenant '${tenantSegment}' belongs to another national cloud.`)
    : new EntraError(90002, `Tenant '${tenantSegment}' not found. Check the tenant id and the cloud.`);
};

/** A parameter that must be there. */
export const requireParameter = (form: URLSearchParams, name: string): string => {
  const value = form.get(name);
  if (value === null || value === '') throw new EntraError(900144, `The request must contain the parameter '${name}'.`);
  return value;
};

/** The app named by `client_id`, as the tenant knows it. */
export const requireApp = (form: URLSearchParams, tenant: SimTenant, { directory }: EntraDeps): SimApp => {
  const clientId = requireParameter(form, 'client_id');
  const app = directory.app(tenant, clientId);
  if (!app) {
    throw new EntraError(
      700016,
      `App '${clientId}' not found in the directory '${tenant.name}': it was never consented to there.`,
    );
  }
  return app;
};
