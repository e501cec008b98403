import type { Tenant } from '../config/tenants.ts';
import { asGatewayError, GatewayError, NotFoundError, UpstreamError } from '../errors.ts';
import { isDelegated } from '../identity/permissions.ts';
import { batch } from '../microsoft/graph/batch.ts';
import { endOf } from '../scope/time-left.ts';
import type { CallScope } from '../scope.ts';
import { parseExactly } from '../upstream/exact-json.ts';
import { type BatchAnswer, batchGet, maxBatchParts } from '../upstream/graph/batch.ts';
import {
  ForeignAnswerError,
  failureOf,
  failureWithoutAnswer,
  headerRequestId,
  meansNone,
  ThrottledError,
} from '../upstream/http/failure.ts';
import type { Operation } from '../upstream/http/operation.ts';
import { longestWaitMs, sleepUnlessStopping } from '../upstream/http/retry.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { readAll } from './each-id.ts';
import { chunked } from './filter-forms.ts';
import type { FactPlace } from './learned.ts';
import { isUpstreamStatus } from './taken-conditions.ts';

/** Reads Graph entities by their ids; unknown ones are absent, a failure stands for its id. */
export type ReadEachFromGraph = <W>(
  tenant: Tenant,
  ids: readonly string[],
  read: (id: string) => Operation<W | null>,
  scope: CallScope,
) => Promise<Map<string, W | Error>>;

/** Longer than this nobody waits for some parts of a batch while the others are there. */
const maxWaitMs = 30_000;
const defaultWaitMs = 1000;

/** Each part of a batch is throttled alone, and may fail alone. A quota is waited for only where `Retry-After` says so. */
const mayPass = (error: unknown): error is UpstreamError =>
  error instanceof UpstreamError &&
  error.code !== 'UPSTREAM_REJECTED' &&
  !(error instanceof ForeignAnswerError) &&
  !(error instanceof ThrottledError && error.said !== 'header');

const waitOf = (errors: readonly UpstreamError[]): number =>
  Math.max(defaultWaitMs, ...errors.map(({ details }) => (details.retryAfterSeconds ?? 0) * 1000));

/** The body of a part as it would stand alone: what is no JSON is text in the batch, in base64 by json-batching.md. */
const bodyText = (body: unknown): string => {
  if (body === undefined || body === null) return '';
  if (typeof body !== 'string') return JSON.stringify(body);
  if (!/^[\w+/-]+={0,2}$/.test(body)) return body;
  const decoded = Buffer.from(body, 'base64').toString();
  return /^\s*[{<]/.test(decoded) ? decoded : body;
};

/** The body of a part that was sent as JSON, or as the text of it. @throws SyntaxError */
const bodyOf = (body: unknown): unknown => (typeof body === 'string' ? parseExactly(bodyText(body)) : body);

/** Statuses of a service that has no `$batch`, or takes none. */
const withoutBatch: readonly number[] = [400, 404, 405, 501];

/** Whether `$batch` itself was turned away, by the service or on the way to it, which says nothing of what it asked for. */
const isTurnedAway = (error: unknown): boolean =>
  error instanceof ForeignAnswerError || error instanceof NotFoundError || isUpstreamStatus(error, withoutBatch);

/** `learned`: absent, what `$batch` is turned away with stands, as for counts, which rows tell in fewer calls. */
type BatchParts = Pick<RoutingDependencies, 'send' | 'clock' | 'quotas' | 'stopping'> &
  Partial<Pick<RoutingDependencies, 'learned'>>;

/** Of two answers to one part, the one that brings it; else the later. */
const better = <T>(
  earlier: T | GatewayError | null | undefined,
  later: T | GatewayError | null,
): T | GatewayError | null =>
  earlier === undefined || earlier === null || earlier instanceof GatewayError ? later : earlier;

/**
 * Graph entities by their ids, where Graph cannot filter by id: one read alone, more of them 20 a `$batch`. Parts that were
 * turned away, or that the answer leaves out, are asked once more, in a batch of their own, after the longest `Retry-After`
 * among them; one that is left out again is an error for its id, since nobody said that it does not exist. Where `$batch` is turned
 * away, and one of them is read alone, all of them are, and that is remembered.
 * Upstream calls: 1 key 1, 100 keys 5, 10,000 keys 500 (the request's budget ends it earlier); without `$batch` one a key.
 */
export const createGraphReads = ({ send, clock, quotas, stopping, learned }: BatchParts): ReadEachFromGraph => {
  const resultOf = <W>(
    tenant: Tenant,
    operation: Operation<W | null>,
    answer: BatchAnswer,
  ): W | GatewayError | null => {
    const place = {
      tenant: tenant.name,
      operation,
      address: () => 'a part of $batch',
      delegated: isDelegated(tenant),
      carried: answer.permissions ?? null,
    };
    const headers = Object.fromEntries(
      Object.entries(answer.headers).map(([name, text]) => [name.toLowerCase(), text]),
    );
    const alone = { status: answer.status, headers, body: bodyText(answer.body) };
    if (meansNone(alone)) return null;
    if (answer.status >= 300) return failureOf(place, alone, clock.now());
    try {
      return operation.parse(bodyOf(answer.body));
    } catch (error) {
      return failureWithoutAnswer(place, error, false, { status: answer.status, requestId: headerRequestId(alone) });
    }
  };

  /**
   * What each part was answered, or why it was not sent; a part without an answer is absent. Each is counted as if it came alone:
   * those that their quota has no room for are told when it has, beside the others.
   */
  const readBatch = async <W>(
    tenant: Tenant,
    ids: readonly string[],
    read: (id: string) => Operation<W | null>,
    scope: CallScope,
  ): Promise<Map<string, W | GatewayError | null>> => {
    const answered = new Map<string, W | GatewayError | null>();
    const takings = await Promise.allSettled(ids.map((id) => quotas.take(tenant, read(id), scope)));
    scope.signal.throwIfAborted();
    const sent = ids.filter((id, index) => {
      const taking = takings[index];
      if (taking?.status === 'rejected') answered.set(id, asGatewayError(taking.reason));
      return taking?.status === 'fulfilled';
    });
    if (sent.length === 0) return answered;
    const sentAtMs = clock.now();
    const parts = sent.map((id, index) => ({ id: String(index), operation: read(id) }));
    for (const answer of await send(tenant, batchGet(parts), scope)) {
      const id = sent[Number(answer.id)];
      if (id !== undefined) answered.set(id, better(answered.get(id), resultOf(tenant, read(id), answer)));
    }
    for (const { operation } of parts) quotas.answered(tenant, operation, clock.now() - sentAtMs);
    return answered;
  };

  const unanswered = (tenant: Tenant): UpstreamError =>
    new UpstreamError('UPSTREAM_UNAVAILABLE', 'Microsoft Graph left this out of its answer twice', {
      tenant: tenant.name,
      api: 'graph',
    });

  return async <W>(
    tenant: Tenant,
    ids: readonly string[],
    read: (id: string) => Operation<W | null>,
    scope: CallScope,
  ) => {
    const [only] = ids;
    if (ids.length === 1 && only !== undefined) {
      const wire = await send(tenant, read(only), scope);
      return new Map(wire === null ? [] : [[only, wire]]);
    }
    const turnedAwayHere: FactPlace = { tenant, api: 'graph', operation: batch.batch.id, fact: 'noBatch' };
    const readAlone = (id: string) => send(tenant, read(id), scope);
    /** Each alone, where that is another question than `$batch`; throws what it was turned away with where it is not. */
    const readSingly = async ([first = '', ...others]: readonly string[], refusal: unknown) => {
      const wire = await readAlone(first).catch(() => {
        scope.signal.throwIfAborted();
        throw refusal;
      });
      if (wire !== null) learned?.note(turnedAwayHere, 'yes');
      const found = await readAll(others, readAlone);
      return [...(wire === null ? [] : [[first, wire] as const]), ...found];
    };
    const readChunk = async (chunk: readonly string[]) => {
      const [any = ''] = chunk;
      const part = read(any);
      const answered = await readBatch(tenant, chunk, read, scope);
      const turnedAway = [...answered].flatMap(([id, result]) => (mayPass(result) ? [{ id, error: result }] : []));
      for (const result of answered.values())
        if (result instanceof ThrottledError && result.said !== 'remembered')
          await quotas.hold(tenant, part, result.details.retryAfterSeconds ?? 0, result.said === 'header');
      const again = chunk.filter((id) => !answered.has(id) || mayPass(answered.get(id)));
      const waitMs = turnedAway.length === 0 ? 0 : waitOf(turnedAway.map(({ error }) => error));
      if (
        again.length > 0 &&
        waitMs <= longestWaitMs(scope, {}, maxWaitMs) &&
        clock.now() + waitMs < endOf(scope, true)
      ) {
        const [turned] = turnedAway;
        if (turned !== undefined) await sleepUnlessStopping(clock, waitMs, scope.signal, stopping, turned.error);
        for (const [id, result] of await readBatch(tenant, again, read, scope)) answered.set(id, result);
      }
      return chunk.flatMap((id): [string, W | Error][] => {
        const result = answered.has(id) ? answered.get(id) : unanswered(tenant);
        return result === null || result === undefined ? [] : [[id, result]];
      });
    };
    if (learned?.recall(turnedAwayHere) !== undefined) return readAll(ids, readAlone);
    const chunks = await Promise.all(
      chunked(ids, maxBatchParts).map((chunk) =>
        readChunk(chunk).catch((error: unknown) => {
          if (learned === undefined || !isTurnedAway(error)) throw error;
          return readSingly(chunk, error);
        }),
      ),
    );
    return new Map<string, W | Error>(chunks.flat());
  };
};
