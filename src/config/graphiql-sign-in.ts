import type { z } from 'zod';
import type { EntraAccess } from './access.ts';
import type { ConfigPath, Faults } from './faults.ts';
import { guid, section, text, textLike } from './fields.ts';

/** How users of GraphiQL sign in to Entra: by authorization code with PKCE, as a single-page application. */
export interface GraphiqlSignIn {
  /** The app registration of the page; its redirect URI is the page's own address. */
  readonly clientId: string;
  /** The scope of the gateway's own registration, e.g. `api://defender-gateway/access_as_user`. */
  readonly scope: string;
  /** Login origin and tenant, without a slash at the end. */
  readonly authority: string;
}

/** As it is written; what is left out follows from `access.entra`. */
export const graphiqlSignInSchema = section({
  clientId: guid(),
  scope: textLike(/^[^\s"]+$/, 'one scope such as api://defender-gateway/access_as_user'),
  /** Which tenant of `access.entra`, where it has several. */
  tenantId: guid().optional(),
  /** Login origin, where the issuer does not tell it. */
  authority: text()
    .refine((value) => /^https:\/\/[^\s/]+$/i.test(value), 'must be an https:// origin')
    .optional(),
});

/** The login origin that the issuer of v2 tokens names. */
const originOf = ({ issuers, tenantId }: EntraAccess): string | undefined => {
  const end = `/${tenantId}/v2.0`;
  return issuers.find((issuer) => issuer.endsWith(end))?.slice(0, -end.length);
};

/** Joins it with the tenants whose tokens are taken; `null` with a fault where they do not fit, or where it is not set. */
export const resolveGraphiqlSignIn = (
  read: z.output<typeof graphiqlSignInSchema> | undefined,
  path: ConfigPath,
  entra: readonly EntraAccess[],
  faults: Faults,
): GraphiqlSignIn | null => {
  if (read === undefined) return null;
  const tenants = new Set(entra.map(({ tenantId }) => tenantId));
  if (tenants.size === 0) {
    faults.add(path, 'needs access.entra, which says whose tokens are taken');
    return null;
  }
  if (read.tenantId === undefined && tenants.size > 1) {
    faults.add([...path, 'tenantId'], 'is required: access.entra has several tenants');
    return null;
  }
  const entries = entra.filter(({ tenantId }) => tenantId === (read.tenantId ?? tenantId));
  if (entries.length === 0) {
    faults.add([...path, 'tenantId'], 'is no tenant of access.entra');
    return null;
  }
  const origin = read.authority ?? entries.map(originOf).find((found) => found !== undefined);
  if (origin === undefined) {
    faults.add([...path, 'authority'], 'is required: no issuer of access.entra is https://LOGIN-HOST/TENANT-ID/v2.0');
    return null;
  }
  return { clientId: read.clientId, scope: read.scope, authority: `${origin}/${entries[0]?.tenantId}` };
};
