import type { Quotas } from '../http/quotas.ts';
import type { Principal, Product, Route, SimResponse } from '../http/types.ts';
import { forbiddenSentences } from '../oddities/forbidden.ts';
import type { TenantOddities } from '../oddities/state.ts';
import { sayThrottled } from '../oddities/throttle.ts';
import { audienceFits, type Bearer } from './bearer.ts';
import { dialectOf } from './dialect.ts';

/** The parts of a request that its checks look at. */
export interface Checked {
  /** Real origin. */
  readonly host: string;
  readonly product: Product;
  readonly route: Route;
  readonly bearer: Extract<Bearer, { kind: 'accepted' }>;
  readonly oddities: TenantOddities;
  readonly now: Date;
}

const needed = (route: Route, principal: Principal): readonly string[] =>
  principal.kind === 'app' ? route.anyOf : route.delegated;

/** Refusal of a token that was meant for another resource; `undefined` when it fits. */
export const checkAudience = ({ host, product, bearer }: Checked): SimResponse | undefined => {
  if (audienceFits(host, product.name, bearer.audience, bearer.tenant)) return undefined;
  const { status, code } = dialectOf(product.name).wrongAudience;
  return product.error(status, code, `Access token validation failure: invalid audience ${bearer.audience}`);
};

/** Refusal of a caller without any of the operation's permissions, worded as the Defender APIs word it. */
export const checkPermission = ({ product, route, bearer }: Checked): SimResponse | undefined => {
  const { principal } = bearer;
  const wanted = needed(route, principal);
  if (wanted.length === 0 || wanted.some((permission) => principal.permissions.includes(permission))) return undefined;
  const [held, noun] = principal.kind === 'app' ? ['application roles', 'roles'] : ['user scopes', 'scopes'];
  const message = `Missing ${held}. API required ${noun}: ${wanted.join(',')}, ${held}: ${principal.permissions.join(',')}.`;
  return product.error(403, dialectOf(product.name).forbidden, message);
};

/** Refusal of an action that the service does not allow on any machine just now, with the code's own sentence. */
export const checkAllowed = ({ product, route, oddities }: Checked): SimResponse | undefined => {
  const code = oddities.values.forbidden;
  if (code === 'never' || product.name !== 'mde') return undefined;
  const actions = route.method === 'POST' && /^\/api\/machines\/\{id\}\//i.test(route.path);
  return actions ? product.error(403, code, forbiddenSentences[code]) : undefined;
};

/** Refusal of a call too many, with the time to wait in `Retry-After` and, as M365D documents, in the body. */
export const checkQuota = (
  { product, route, bearer, oddities, now }: Checked,
  quotas: Quotas | null,
): SimResponse | undefined => {
  const waitSeconds = quotas?.take(route, bearer.tenant.tenantId) ?? 0;
  if (waitSeconds <= 0) return undefined;
  const dialect = dialectOf(product.name);
  const retryAfter = dialect.retryAfter(waitSeconds);
  const says = oddities.values.throttleSays;
  const { message, headers } = sayThrottled({ says, route, waitSeconds, retryAfter, now });
  return product.error(429, dialect.tooManyRequests, message, headers);
};
