import { randomUUID } from 'node:crypto';
import type { TenantLookup } from '../directory.ts';
import { type Incoming, mediaType } from '../http/incoming.ts';
import { createRouteTable } from '../http/route-table.ts';
import type { Identified, Site } from '../http/site.ts';
import type { SimResponse } from '../http/types.ts';
import { adminConsentRoutes } from './admin-consent.ts';
import { browserRoutes } from './browser.ts';
import { deviceCodeRoutes } from './device-code.ts';
import { EntraError, type EntraErrorCode, renderEntraError } from './errors.ts';
import { grantToken } from './grants.ts';
import { identityRoutes } from './identity.ts';
import { metadataRoutes } from './metadata.ts';
import { type EntraDeps, type EntraRequest, type EntraRoute, requireApp, requireTenant } from './request.ts';

const tokenRoute: EntraRoute = {
  id: 'entra.token',
  method: 'POST',
  path: '/{tenant}/oauth2/v2.0/token',
  handle: async (request, deps) => {
    const tenant = requireTenant(request, deps);
    const app = requireApp(request.form, tenant, deps);
    return {
      status: 200,
      headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
      body: await grantToken({ form: request.form, tenant, app, origin: request.incoming.headers.origin }, deps),
    };
  },
};

const routes: readonly EntraRoute[] = [
  tokenRoute,
  ...deviceCodeRoutes,
  ...browserRoutes,
  ...adminConsentRoutes,
  ...identityRoutes,
  ...metadataRoutes,
];

const passingFault = new EntraError(90033, 'A transient error has occurred. Please try again.');

/** The AADSTS code that a fault with this status shows. */
const faultCodes: Readonly<Record<number, EntraErrorCode>> = { 400: 900144, 401: 7000215, 429: 90055 };

/** Pages may read answers of the token endpoint to apps that are single-page applications, refusals too. */
const corsOf = (
  form: URLSearchParams,
  lookup: TenantLookup,
  { directory }: EntraDeps,
): Readonly<Record<string, string>> => {
  const app = lookup.kind === 'found' ? directory.app(lookup.tenant, form.get('client_id') ?? '') : undefined;
  return app?.spaRedirectUris === undefined ? {} : { 'access-control-allow-origin': '*' };
};

const formOf = (incoming: Incoming): URLSearchParams => {
  if (incoming.method === 'GET') return incoming.query;
  const form = mediaType(incoming) === 'application/x-www-form-urlencoded';
  return form ? new URLSearchParams(incoming.body.toString('utf8')) : new URLSearchParams();
};

/** A login host: tokens, sign-in and the documents about it. */
export const createEntraSite = (deps: EntraDeps): Site => {
  const table = createRouteTable(routes);

  const identify = (incoming: Incoming): Identified => {
    const match = table.match(incoming.method, incoming.path);
    const found = match.kind === 'found' ? match : undefined;
    const request: EntraRequest = { incoming, form: formOf(incoming), tenantSegment: found?.params.tenant ?? '' };
    const correlationId =
      incoming.headers['client-request-id'] ?? incoming.query.get('client-request-id') ?? randomUUID();
    const context = { now: deps.now(), correlationId };
    const lookup = deps.directory.lookUp(deps.host, request.tenantSegment);
    const oddities = deps.oddities.of(lookup.kind === 'found' ? lookup.tenant.name : null);

    const respond = async (): Promise<SimResponse> => {
      if (!found) {
        return match.kind === 'method-not-allowed'
          ? { status: 405, headers: { allow: match.allow.join(', ') }, body: 'Method not allowed' }
          : { status: 404, body: 'Not found' };
      }
      const passing = oddities.values.entraPassing && found.route.id === 'entra.token';
      if (passing && oddities.turn('entraPassing') === 1) return renderEntraError(passingFault, context);
      try {
        return await found.route.handle(request, deps);
      } catch (thrown) {
        if (thrown instanceof EntraError) return renderEntraError(thrown, context);
        throw thrown;
      }
    };

    return {
      product: found ? 'entra' : null,
      operation: found?.route.id ?? null,
      tenant: lookup.kind === 'found' ? lookup.tenant.name : null,
      quota: { perMinute: null, perHour: null },
      headers: {
        'x-ms-request-id': randomUUID(),
        'client-request-id': correlationId,
        ...(found?.route.id === 'entra.token' ? corsOf(request.form, lookup, deps) : {}),
      },
      respond,
      error: (status, _code, message = `Simulated fault ${status}`, headers = {}) =>
        renderEntraError(new EntraError(faultCodes[status] ?? 90033, message), { ...context, status }, headers),
    };
  };

  return { host: deps.host, identify: async (incoming) => identify(incoming) };
};
