import { randomUUID } from 'node:crypto';
import type { Directory } from '../directory.ts';
import type { Signer } from '../entra/signer.ts';
import { type Incoming, incomingOf } from '../http/incoming.ts';
import type { Quotas } from '../http/quotas.ts';
import { jsonOf } from '../http/reply.ts';
import { createRouteTable } from '../http/route-table.ts';
import type { Identified, Site } from '../http/site.ts';
import type { Product, RequestPart, Route, SimResponse } from '../http/types.ts';
import { answerAction } from '../oddities/actions.ts';
import { isCut, writeOddly } from '../oddities/answers.ts';
import { htmlNotFound, isLost } from '../oddities/html.ts';
import { giveNewerWords } from '../oddities/newer-words.ts';
import { createOldReads } from '../oddities/old-reads.ts';
import type { Oddities } from '../oddities/state.ts';
import type { TenantWorld } from '../world/types.ts';
import { type Bearer, readBearer } from './bearer.ts';
import { parseBody } from './body.ts';
import { checkAllowed, checkAudience, checkPermission, checkQuota } from './checks.ts';
import { type Dialect, dialectOf } from './dialect.ts';

export interface ApiSiteDeps {
  /** Real origin. */
  readonly host: string;
  /** Origin under which clients reach it. */
  readonly origin: () => string;
  /** The products that this host serves, at least one; the first words the errors of unknown paths. */
  readonly products: readonly [Product, ...Product[]];
  readonly directory: Directory;
  readonly signer: Signer;
  /** `null`: no limits. */
  readonly quotas: Quotas | null;
  readonly oddities: Oddities;
  readonly now: () => Date;
  readonly worldOf: (tenantId: string) => TenantWorld;
  /** Runs a part of a batch as a request of its own. */
  readonly runPart: (site: Site, part: Incoming) => Promise<SimResponse>;
}

/** `/api/v1.0/alerts` is `/api/alerts` with its version pinned. */
const withoutVersion = (path: string): string => path.replace(/^\/api\/v1\.0(?=\/|$)/i, '/api');

/** A part of a batch as a request: the batch's own token unless it brings one. */
const partOf = (part: RequestPart, whole: Incoming): Incoming => {
  const own = Object.fromEntries(Object.entries(part.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const body = part.body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(part.body));
  return incomingOf(part.method, part.url, { authorization: whole.headers.authorization, ...own }, body);
};

/** The site of an API host: picks product and operation by path and runs the operation behind its checks. */
export const createApiSite = (deps: ApiSiteDeps): Site => {
  const table = createRouteTable(
    deps.products.flatMap((product) =>
      product.routes.map((route) => ({ product, route, method: route.method, path: route.path })),
    ),
  );

  const oldReads = createOldReads();
  const run = async (
    product: Product,
    route: Route,
    params: Readonly<Record<string, string>>,
    incoming: Incoming,
    bearer: Bearer,
  ): Promise<SimResponse> => {
    const dialect = dialectOf(product.name);
    if (bearer.kind === 'refused') {
      return product.error(401, dialect.unauthorized, bearer.reason, {
        'www-authenticate': 'Bearer error="invalid_token"',
      });
    }
    const oddities = deps.oddities.of(bearer.tenant.name);
    const checked = { host: deps.host, product, route, bearer, oddities, now: deps.now() };
    const refusal =
      checkAudience(checked) ?? checkPermission(checked) ?? checkAllowed(checked) ?? checkQuota(checked, deps.quotas);
    if (refusal) return refusal;
    const parsed = parseBody(incoming);
    if (parsed.kind === 'malformed')
      return product.error(400, dialect.invalidBody, 'The request body is not valid JSON');
    const tenant = deps.worldOf(bearer.tenant.tenantId);
    if (oddities.values.newerWords) giveNewerWords(tenant);
    const response = await route.handle({
      method: incoming.method,
      path: incoming.path,
      params,
      query: incoming.query,
      headers: incoming.headers,
      body: parsed.body,
      origin: deps.origin(),
      tenant,
      oddities,
      principal: bearer.principal,
      now: deps.now(),
      dispatch: (part) => deps.runPart(site, partOf(part, incoming)),
    });
    const answered = answerAction(response, route, () => unavailable(product, dialect), oddities.values);
    const question = JSON.stringify([bearer.tenant.tenantId, incoming.method, incoming.url]);
    const written = writeOddly(oldReads(question, route, answered, oddities.values), oddities);
    return isCut(route, written, oddities) ? cutInHalf(written, dialect.contentType) : written;
  };

  /** A path that no operation has, or only with other methods. */
  const unroutable = (product: Product, bearer: Bearer, allow: readonly string[]): SimResponse => {
    const dialect = dialectOf(product.name);
    if (bearer.kind === 'refused') return product.error(401, dialect.unauthorized, bearer.reason);
    return allow.length > 0
      ? product.error(405, 'MethodNotAllowed', 'The method does not fit this path', { allow: allow.join(', ') })
      : product.error(404, dialect.notFound, 'No operation has this path');
  };

  const site: Site = {
    host: deps.host,
    async identify(incoming): Promise<Identified> {
      const match = table.match(incoming.method, withoutVersion(incoming.path));
      const bearer = await readBearer(incoming.headers.authorization, deps.signer, deps.directory);
      const found = match.kind === 'found' ? match : undefined;
      const plain = found?.route.product ?? deps.products[0];
      const dialect = dialectOf(plain.name);
      const requestId = randomUUID();
      const ids: Readonly<Record<string, string>> = dialect.sendsRequestId
        ? { 'request-id': requestId, 'client-request-id': incoming.headers['client-request-id'] ?? requestId }
        : {};
      const { values } = deps.oddities.of(bearer.kind === 'accepted' ? bearer.tenant.name : null);
      const hidesIds = values.requestIdsInBody;
      const finished = (response: SimResponse): SimResponse =>
        withContentType(hidesIds ? withoutIds(response) : response, dialect.contentType);
      /** The product, whose errors know the ids of this request. */
      const product: Product = {
        ...plain,
        error: (status, code, message, headers) => plain.error(status, code, message, { ...ids, ...headers }),
      };
      return {
        product: found ? product.name : null,
        operation: found ? found.route.route.id : null,
        tenant: bearer.kind === 'accepted' ? bearer.tenant.name : null,
        ...(bearer.kind === 'accepted' ? { token: bearer.claims } : {}),
        ran: (ms) => {
          if (found && bearer.kind === 'accepted') deps.quotas?.ran(found.route.route, bearer.tenant.tenantId, ms);
        },
        quota: found?.route.route.quota ?? { perMinute: null, perHour: null },
        headers: hidesIds ? {} : ids,
        respond: async () => {
          if (isLost(deps.host, incoming, found?.route.route, plain, values)) return htmlNotFound;
          const response = await (found
            ? run(product, found.route.route, found.params, incoming, bearer)
            : unroutable(product, bearer, match.kind === 'method-not-allowed' ? match.allow : []));
          return finished(response);
        },
        error: (status, code, message, headers) =>
          finished(
            product.error(
              status,
              code ?? dialect.codes[status] ?? 'UnknownError',
              message ?? `Simulated fault ${status}`,
              headers,
            ),
          ),
      };
    },
  };
  return site;
};

const unavailable = (product: Product, dialect: Dialect): SimResponse =>
  product.error(503, dialect.codes[503] ?? 'ServiceUnavailable', 'The service is temporarily unavailable.', {
    'retry-after': '5',
  });

/** Half of the answer's JSON, sent as if it were whole. */
const cutInHalf = (response: SimResponse, contentType: string): SimResponse => {
  const text = jsonOf(response.body);
  return {
    ...response,
    headers: { 'content-type': contentType, ...response.headers },
    body: text.slice(0, Math.max(1, Math.floor(text.length / 2))),
  };
};

const idHeaders: readonly string[] = ['request-id', 'client-request-id'];

const withoutIds = (response: SimResponse): SimResponse => ({
  ...response,
  headers: Object.fromEntries(Object.entries(response.headers ?? {}).filter(([name]) => !idHeaders.includes(name))),
});

/** Gives a JSON answer the product's content type, unless it has one. */
const withContentType = (response: SimResponse, contentType: string): SimResponse => {
  const { body, headers = {} } = response;
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) return response;
  if (Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')) return response;
  return { ...response, headers: { 'content-type': contentType, ...headers } };
};
