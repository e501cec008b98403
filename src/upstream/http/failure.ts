import type { ApiName } from '../../clouds/endpoints.ts';
import { wasLateAtProxy, whyUnreachable } from '../../clouds/unreachable.ts';
import {
  type ErrorDetails,
  GatewayError,
  InputError,
  NotFoundError,
  TenantAccessError,
  UpstreamError,
  type UpstreamErrorCode,
} from '../../errors.ts';
import { carriedOf, namesToGrant } from '../../identity/permissions.ts';
import { NoConnectionError } from './agent.ts';
import type { HttpAnswer } from './http.ts';
import { type MicrosoftError, microsoftErrorOf } from './microsoft-error.ts';
import { failureNotTaken } from './not-taken.ts';
import type { Operation } from './operation.ts';
import { MalformedAnswerError, OtherAnswerError } from './shape.ts';
import { headerWait, throttleWait, type Wait } from './waits.ts';

/** Where a call went, for errors. */
export interface CallPlace {
  readonly tenant: string;
  readonly operation: Pick<Operation<unknown>, 'id' | 'api' | 'permissions' | 'rejectsInput' | 'pace'> &
    Partial<Pick<Operation<unknown>, 'repeatable'>>;
  /** Host and collection, e.g. `api.security.microsoft.com/api/machines`: named when the answer is not Microsoft's. */
  readonly address?: () => string;
  /** Whether a user's token is used, whose permissions have other names. */
  readonly delegated?: boolean;
  /** The permissions in the token; absent or `null`: it does not say. */
  readonly carried?: readonly string[] | null;
}

/** Whether a quota is the tenant's whole one, whichever of its APIs is asked: hunting's is. */
export const sharesQuota = ({ pace }: Pick<Operation<unknown>, 'pace'>): boolean => pace === 'hunting';

/**
 * Whether it ran until its time was over, and takes run time of a quota that is the tenant's: asked again, there or at another API, the
 * same query would take as much once more.
 */
export const ranTooLong = (operation: Pick<Operation<unknown>, 'pace'>, failure: unknown): boolean =>
  sharesQuota(operation) &&
  failure instanceof GatewayError &&
  failure.code === 'UPSTREAM_TIMEOUT' &&
  failure.details.sent !== 'no';

/** Microsoft wants no more calls for now. */
export class ThrottledError extends UpstreamError {
  /** How the wait is known; `remembered`: from an earlier call, and this one was not sent. */
  readonly said: Wait['said'] | 'remembered';
  /** Whether the tenant's other APIs share the quota, so that they are no way round it. */
  readonly shared: boolean;

  constructor(said: ThrottledError['said'], shared: boolean, message: string, details: ErrorDetails) {
    super('UPSTREAM_THROTTLED', message, details);
    this.said = said;
    this.shared = shared;
  }
}

/** An answer that did not come from Microsoft's API: of a proxy, or of a host that is not the API's. */
export class ForeignAnswerError extends UpstreamError {
  constructor(code: UpstreamErrorCode, message: string, details: ErrorDetails) {
    super(code, message, details);
  }
}

/** How people call an API. */
export const apiTitles = {
  graph: 'Microsoft Graph',
  m365d: 'Microsoft 365 Defender',
  mde: 'Defender for Endpoint',
} as const satisfies Record<ApiName, string>;

/** Microsoft's id of the call, as the headers have it. */
export const headerRequestId = ({ headers }: Pick<HttpAnswer, 'headers'>): string | undefined =>
  headers['request-id'] ?? headers['x-ms-request-id'];

const foreignFailure = (
  code: UpstreamErrorCode,
  { operation, address }: CallPlace,
  what: string,
  details: ErrorDetails,
): ForeignAnswerError =>
  new ForeignAnswerError(
    code,
    `${apiTitles[operation.api]} gave a malformed answer to ${operation.id}: ${address?.() ?? 'its address'} ${what}, which is not Microsoft's own answer: check endpoints of the tenant, and a proxy on the way`,
    details,
  );

/**
 * A 403 is a missing permission only as far as the token does not carry one; else Microsoft's own sentence says why (a role,
 * a device group, a licence, the state of a device). Where no page names a permission, none is said to be missing.
 */
const forbidden = (place: CallPlace, said: string, details: ErrorDetails): GatewayError => {
  const { operation, tenant, carried, delegated = false } = place;
  const title = apiTitles[operation.api];
  if (carriedOf(carried ?? [], operation).length > 0) {
    const why = said === '' ? ', though the token permits it: a role, a device group or a licence is missing' : said;
    return new UpstreamError('UPSTREAM_REJECTED', `${title} refuses ${operation.id} in ${tenant}${why}`, details);
  }
  const missingPermissions = namesToGrant(operation, delegated);
  if (missingPermissions.length === 0) {
    const why =
      said === '' ? ': a permission that no page names, a role, a device group or a licence is missing' : said;
    return new UpstreamError('UPSTREAM_REJECTED', `${title} refuses ${operation.id} in ${tenant}${why}`, details);
  }
  return new TenantAccessError(
    'MISSING_PERMISSION',
    `${title} refuses ${operation.id} in ${tenant}: one of ${missingPermissions.join(', ')} is needed, or a role, device group or licence is missing`,
    { ...details, missingPermissions },
  );
};

/** Statuses whose meaning hangs on who answers: a body that is not Microsoft's is a proxy's or another host's. */
const foreignAt = (status: number, body: string): boolean =>
  status === 404 || (body.trim() !== '' && status >= 400 && status < 500 && ![401, 408, 429].includes(status));

/**
 * Whether an answer says that nothing was done. Microsoft's own 4xx does, and 429 and 401 whoever says them; 408, 5xx, a
 * redirect or an answer of somebody else on the way do not: what stands behind may have done it all the same.
 */
const didNothing = (status: number, body: string, told: MicrosoftError | null): boolean => {
  if (status === 401 || status === 429) return true;
  return status >= 400 && status < 500 && status !== 408 && (told !== null || !foreignAt(status, body));
};

const detailsOf = (
  { tenant, operation }: CallPlace,
  answer: HttpAnswer,
  told: MicrosoftError | null,
  wait: Wait | null,
): ErrorDetails => {
  const requestId = headerRequestId(answer) ?? told?.requestId ?? null;
  const code = told?.code ?? null;
  return {
    tenant,
    api: operation.api,
    upstreamStatus: answer.status,
    sent: didNothing(answer.status, answer.body, told) ? 'no' : 'maybe',
    ...(code === null ? {} : { upstreamCode: code }),
    ...(requestId === null ? {} : { upstreamRequestId: requestId }),
    ...(wait === null ? {} : { retryAfterSeconds: wait.seconds }),
  };
};

/** Whether a body cannot be part of a JSON answer: a page of a proxy or of a sign-in, a word. What was cut off begins as JSON. */
const isNoJson = (body: string): boolean => !/^[\s\ufeff]*([{["\d-]|null|true|false|$)/.test(body);

/** A good status whose body is not Microsoft's: a page of a proxy, of a portal, of another host. `null`: it may be. */
export const foreignBody = (place: CallPlace, { status, headers, body }: HttpAnswer): ForeignAnswerError | null => {
  if (!isNoJson(body)) return null;
  const requestId = headerRequestId({ headers });
  return foreignFailure('UPSTREAM_UNAVAILABLE', place, `answered ${status} with what is no JSON`, {
    tenant: place.tenant,
    api: place.operation.api,
    upstreamStatus: status,
    ...(requestId === undefined ? {} : { upstreamRequestId: requestId }),
  });
};

/** An answer of status 300 or more as an error. A 404 that means "none" never comes here. */
export const failureOf = (place: CallPlace, answer: HttpAnswer, nowMs: number): GatewayError => {
  const { operation, tenant } = place;
  const { status, body } = answer;
  const title = apiTitles[operation.api];
  const told = microsoftErrorOf(body);
  const wait = status === 429 ? throttleWait(answer, operation, nowMs) : headerWait(answer, nowMs);
  const details = detailsOf(place, answer, told, wait);
  const said = told?.message == null ? '' : `: ${told.message}`;
  if (status < 400) return foreignFailure('UPSTREAM_UNAVAILABLE', place, `redirects elsewhere (${status})`, details);
  if (told === null && foreignAt(status, body)) {
    const code = status === 404 ? 'UPSTREAM_UNAVAILABLE' : 'UPSTREAM_REJECTED';
    return foreignFailure(code, place, `answered ${status}`, details);
  }
  switch (status) {
    case 400:
      return operation.rejectsInput === true
        ? new InputError(told?.message ?? `${title} rejects the query`, details)
        : new UpstreamError('UPSTREAM_REJECTED', `${title} rejects the request${said}`, details);
    case 401:
      return new UpstreamError(
        'UPSTREAM_REJECTED',
        `${title} does not accept the gateway's token in ${tenant}`,
        details,
      );
    case 403:
      return forbidden(place, said, details);
    case 404:
      // A hunt names nothing that might be missing: this API has none.
      if (operation.pace === 'hunting')
        return new UpstreamError('UPSTREAM_REJECTED', `${title} has no hunting in ${tenant}${said}`, details);
      return new NotFoundError(`${title} does not know it${said}`, details);
    case 408:
    case 504:
      return new UpstreamError('UPSTREAM_TIMEOUT', `${title} took too long`, details);
    case 409:
    case 412:
      return new GatewayError('CONFLICT', `${title} reports a conflict${said}`, details);
    case 429:
      return new ThrottledError(
        wait?.said ?? 'window',
        sharesQuota(operation),
        `${title} throttles ${operation.id} in ${tenant}${said}`,
        details,
      );
    default:
      // 501: it does not have what was asked for, which no other attempt changes.
      return status >= 500 && status !== 501
        ? new UpstreamError('UPSTREAM_UNAVAILABLE', `${title} is unavailable (${status})`, details)
        : new UpstreamError('UPSTREAM_REJECTED', `${title} rejects the request (${status})${said}`, details);
  }
};

/** Whether a 404 is Microsoft's own word that there is no such thing. An empty body is nobody's: it proves nothing. */
export const meansNone = ({ status, body }: Pick<HttpAnswer, 'status' | 'body'>): boolean =>
  status === 404 && microsoftErrorOf(body) !== null;

/** A claims challenge that the caller has to meet, as Entra's own challenges are handed on: `claims` is JSON text. */
export const challengeFailure = (
  { tenant, operation }: CallPlace,
  answer: HttpAnswer,
  claims: string,
): GatewayError => {
  const requestId = headerRequestId(answer) ?? microsoftErrorOf(answer.body)?.requestId ?? null;
  return new TenantAccessError(
    'TENANT_SIGN_IN_REQUIRED',
    `${apiTitles[operation.api]} wants a token with more claims in ${tenant}: sign in again with them and ask with the new token`,
    {
      tenant,
      api: operation.api,
      claims,
      sent: 'no',
      upstreamStatus: answer.status,
      ...(requestId === null ? {} : { upstreamRequestId: requestId }),
    },
  );
};

/** Whether there was an answer, which cannot be read. */
export const wasMalformed = ({ cause }: GatewayError): boolean =>
  cause instanceof MalformedAnswerError || cause instanceof SyntaxError;

/** A call without an answer, or with an unreadable one, as an error. `GatewayError`s pass as they are. */
export const failureWithoutAnswer = (
  place: CallPlace,
  thrown: unknown,
  timedOut: boolean,
  answer?: { readonly status: number; readonly requestId: string | undefined },
): GatewayError => {
  if (thrown instanceof GatewayError) return thrown;
  const details: ErrorDetails = {
    tenant: place.tenant,
    api: place.operation.api,
    sent: thrown instanceof NoConnectionError ? 'no' : 'maybe',
    ...(answer === undefined ? {} : { upstreamStatus: answer.status }),
    ...(answer?.requestId === undefined ? {} : { upstreamRequestId: answer.requestId }),
  };
  const title = apiTitles[place.operation.api];
  const notTaken = failureNotTaken(place.operation, title, details, thrown);
  if (notTaken !== null) return notTaken;
  const why = wasLateAtProxy(thrown) ? whyUnreachable(thrown) : '';
  if (timedOut || why !== '') {
    return new UpstreamError('UPSTREAM_TIMEOUT', `${title} did not answer in time${why}`, details, thrown);
  }
  if (thrown instanceof MalformedAnswerError || thrown instanceof SyntaxError) {
    return new UpstreamError(
      'UPSTREAM_UNAVAILABLE',
      thrown instanceof OtherAnswerError
        ? `${title} answered ${place.operation.id} with another than was asked for`
        : `${title} gave a malformed answer to ${place.operation.id}`,
      details,
      thrown,
    );
  }
  return new UpstreamError(
    'UPSTREAM_UNAVAILABLE',
    `${title} could not be reached${whyUnreachable(thrown)}`,
    details,
    thrown,
  );
};
