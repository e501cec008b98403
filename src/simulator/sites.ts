import { createApiSite } from './api/site.ts';
import type { RealHost } from './clouds.ts';
import type { Directory } from './directory.ts';
import type { ArcKey } from './entra/request.ts';
import type { SignIns } from './entra/sign-ins.ts';
import type { Signer } from './entra/signer.ts';
import { createEntraSite } from './entra/site.ts';
import type { TokenIssuer } from './entra/tokens.ts';
import type { Pipeline } from './http/pipeline.ts';
import type { Quotas } from './http/quotas.ts';
import type { Site } from './http/site.ts';
import type { Product, SimResponse } from './http/types.ts';
import type { Oddities } from './oddities/state.ts';
import type { TenantWorld } from './world/types.ts';

/** What the sites of all hosts share. */
export interface SiteDeps {
  readonly products: readonly Product[];
  readonly directory: Directory;
  readonly signer: Signer;
  readonly issuer: TokenIssuer;
  readonly signIns: SignIns;
  readonly arcKey?: ArcKey | undefined;
  readonly quotas: Quotas | null;
  readonly pipeline: Pipeline;
  readonly oddities: Oddities;
  readonly now: () => Date;
  readonly worldOf: (tenantId: string) => TenantWorld;
  readonly originOf: (realOrigin: string) => string;
}

/** The products of a host in the order of the cloud table. */
const served = (host: RealHost, products: readonly Product[]): readonly Product[] =>
  host.products.flatMap((name) => products.filter((product) => product.name === name));

/** The site of one of Microsoft's hosts. */
export const createSite = (host: RealHost, deps: SiteDeps): Site => {
  const origin = () => deps.originOf(host.origin);
  if (host.products.includes('entra')) return createEntraSite({ ...deps, host: host.origin, origin });
  const [first, ...others] = served(host, deps.products);
  if (!first) throw new Error(`No product serves ${host.origin}`);
  return createApiSite({
    ...deps,
    host: host.origin,
    origin,
    products: [first, ...others],
    runPart: async (site, part): Promise<SimResponse> => {
      const reply = await deps.pipeline(site, part, new AbortController().signal, true);
      return reply.kind === 'reset' ? { status: 503 } : reply.response;
    },
  });
};
