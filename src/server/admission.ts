import type { IncomingHttpHeaders } from 'node:http';
import type { RequestRates } from '../access/limits.ts';
import { AccessError } from '../errors.ts';
import { type Soon, whenThere } from '../soon.ts';
import { checkBatch, operationsIn } from './batch.ts';
import { checkBatchTokens } from './batch-tokens.ts';
import type { Handler, HttpRequest } from './chain.ts';
import { createHostCheck } from './hosts.ts';

/** By what a request is let in. */
export interface AdmissionDeps<TCaller> {
  /** Who calls, by the headers; throws `AccessError` when that cannot be told. */
  authenticate(headers: IncomingHttpHeaders): Soon<TCaller>;
  /** The caller's address. */
  readonly addressOf: (request: HttpRequest) => string;
  /** How often callers may ask; as often as they like without it. */
  readonly rates?: RequestRates<TCaller> | undefined;
  /** Names of the gateway, for callers without a credential. */
  readonly hosts: readonly string[];
  /** Operations that one request may hold. */
  readonly batchSize: number;
  /** Lexical tokens of all documents of one request. */
  readonly tokens: number;
}

/** A request that may go on. */
export interface Admitted<TCaller> {
  readonly caller: TCaller;
  readonly remoteAddress: string;
}

/** Lets a request in, or throws the error that it is refused with. */
export interface Admission<TCaller> {
  /** Who asks, by the headers alone: a body is not read for who may not ask. */
  enter(request: HttpRequest): Soon<Admitted<TCaller>>;
  /** Whether they may ask now: a request is counted before anything is done for it. */
  admit(request: HttpRequest): Soon<Admitted<TCaller>>;
  /** Who asks by a request that has entered; null: it has not. */
  callerOf(request: HttpRequest): Admitted<TCaller> | null;
}

/** The headers with a credential. */
const credentialHeaders = ['authorization', 'x-api-key'] as const;

const hasCredential = (headers: IncomingHttpHeaders): boolean =>
  credentialHeaders.some((name) => (headers[name] ?? '') !== '');

/**
 * A proxy may look at one of two credentials, and the gateway at the other: no request has two
 * (https://www.rfc-editor.org/rfc/rfc9110#section-5.3). Node keeps the first and tells of no other.
 */
const checkCredentials = ({ rawHeaders }: HttpRequest): void => {
  for (const name of credentialHeaders) {
    let times = 0;
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const each = rawHeaders[at] ?? '';
      if (each.length === name.length && each.toLowerCase() === name) times += 1;
    }
    if (times > 1) throw new AccessError('UNAUTHENTICATED', `The request has more than one ${name} header: send one`);
  }
};

/**
 * Lets requests in. `enter` rejects with what `authenticate` throws (`UNAUTHENTICATED`, `FORBIDDEN`, `UPSTREAM_UNAVAILABLE`), with
 * `UNAUTHENTICATED` for two headers of one credential, with `RATE_LIMITED` when too many wrong credentials came from the address,
 * and with `FORBIDDEN` for a name of the gateway that is not its own. `admit` rejects with these, with `RATE_LIMITED` and
 * `QUERY_TOO_EXPENSIVE` of the rates, and for a list of operations with `BAD_USER_INPUT` or `QUERY_TOO_EXPENSIVE`. A request is
 * looked at once: what follows is told what was found.
 */
export const createAdmission = <TCaller>(deps: AdmissionDeps<TCaller>): Admission<TCaller> => {
  const { authenticate, addressOf, rates, hosts, batchSize, tokens } = deps;
  const checkHost = createHostCheck(hosts);
  const entered = new WeakMap<HttpRequest, Admitted<TCaller>>();

  /** Counts a credential that is wrong, before it is told. */
  const refuse = async (thrown: unknown, { headers }: HttpRequest, address: string): Promise<never> => {
    const isWrong = thrown instanceof AccessError && thrown.code === 'UNAUTHENTICATED' && hasCredential(headers);
    if (isWrong) await rates?.signInFailed(address);
    throw thrown;
  };

  const enter: Admission<TCaller>['enter'] = (request) => {
    const known = entered.get(request);
    if (known !== undefined) return known;
    const remoteAddress = addressOf(request);
    const letIn = (caller: TCaller): Admitted<TCaller> => {
      if (!hasCredential(request.headers)) checkHost(request.headers.host);
      const admitted = { caller, remoteAddress };
      entered.set(request, admitted);
      return admitted;
    };
    try {
      checkCredentials(request);
      const caller = authenticate(request.headers);
      if (!(caller instanceof Promise)) return letIn(caller);
      return caller.then(letIn, (thrown: unknown) => refuse(thrown, request, remoteAddress));
    } catch (thrown) {
      return refuse(thrown, request, remoteAddress);
    }
  };

  return {
    enter,
    admit: (request) =>
      whenThere(enter(request), (admitted) => {
        const counted = rates?.count(admitted.caller, admitted.remoteAddress, operationsIn(request.body, batchSize));
        return whenThere(counted, () => {
          checkBatch(request.body, batchSize);
          checkBatchTokens(request.body, tokens);
          // It is admitted once; the rest of it is not looked at here again.
          entered.delete(request);
          return admitted;
        });
      }),
    callerOf: (request) => entered.get(request) ?? null,
  };
};

/** Refuses by the headers, before the body is read. */
export const admissionByHeaders =
  <TCaller>({ enter }: Pick<Admission<TCaller>, 'enter'>): Handler =>
  (request, _response, next) =>
    whenThere(enter(request), () => next());
