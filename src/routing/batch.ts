import type { Clock } from '../clock.ts';
import type { Tenant } from '../config/tenants.ts';
import { type GatewayError, UpstreamError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { type BatchAnswer, batchGet, maxBatchParts } from '../upstream/graph/batch.ts';
import { failureOf, failureWithoutAnswer } from '../upstream/http/failure.ts';
import type { Operation } from '../upstream/http/operation.ts';
import type { Send } from '../upstream/http/send.ts';
import { chunked } from './ids.ts';

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

/** Each part of a batch is throttled alone, and may fail alone. */
const mayPass = (error: unknown): error is UpstreamError =>
  error instanceof UpstreamError && error.code !== 'UPSTREAM_REJECTED';

const waitOf = (errors: readonly UpstreamError[]): number =>
  Math.max(...errors.map(({ details }) => (details.retryAfterSeconds ?? 0) * 1000 || defaultWaitMs));

/**
 * Graph entities by their ids, where Graph cannot filter by id: one read alone, more of them 20 a `$batch`. Parts that were
 * turned away are asked once more, in a batch of their own, after the longest `Retry-After` among them.
 * Upstream calls: 1 key 1, 100 keys 5, 10,000 keys 500 (the request's budget ends it earlier).
 */
export const createGraphReads = ({
  send,
  clock,
}: {
  readonly send: Send;
  readonly clock: Clock;
}): ReadEachFromGraph => {
  const resultOf = <W>(
    tenant: Tenant,
    operation: Operation<W | null>,
    answer: BatchAnswer,
  ): W | GatewayError | null => {
    const place = { tenant: tenant.name, operation };
    if (answer.status === 404) return null;
    if (answer.status < 400) {
      try {
        return operation.parse(answer.body);
      } catch (error) {
        return failureWithoutAnswer(place, error, false);
      }
    }
    const headers = Object.fromEntries(
      Object.entries(answer.headers).map(([name, text]) => [name.toLowerCase(), text]),
    );
    return failureOf(place, { status: answer.status, headers, body: JSON.stringify(answer.body ?? '') }, clock.now());
  };

  const readBatch = async <W>(
    tenant: Tenant,
    ids: readonly string[],
    read: (id: string) => Operation<W | null>,
    scope: CallScope,
  ): Promise<Map<string, W | GatewayError>> => {
    const found = new Map<string, W | GatewayError>();
    const parts = ids.map((id, index) => ({ id: String(index), operation: read(id) }));
    for (const answer of await send(tenant, batchGet(parts), scope)) {
      const id = ids[Number(answer.id)];
      const result = id === undefined ? null : resultOf(tenant, read(id), answer);
      if (id !== undefined && result !== null) found.set(id, result);
    }
    return found;
  };

  return async (tenant, ids, read, scope) => {
    const [only] = ids;
    if (ids.length === 1 && only !== undefined) {
      const wire = await send(tenant, read(only), scope);
      return new Map(wire === null ? [] : [[only, wire]]);
    }
    const readChunk = async (chunk: readonly string[]) => {
      const found = await readBatch(tenant, chunk, read, scope);
      const turnedAway = [...found].flatMap(([id, result]) => (mayPass(result) ? [{ id, error: result }] : []));
      if (turnedAway.length === 0) return found;
      const waitMs = waitOf(turnedAway.map(({ error }) => error));
      if (waitMs > maxWaitMs || clock.now() + waitMs >= scope.deadline) return found;
      await clock.sleep(waitMs, scope.signal);
      for (const { id } of turnedAway) found.delete(id);
      const again = turnedAway.map(({ id }) => id);
      for (const [id, result] of await readBatch(tenant, again, read, scope)) found.set(id, result);
      return found;
    };
    const chunks = await Promise.all(chunked(ids, maxBatchParts).map(readChunk));
    return new Map(chunks.flatMap((found) => [...found]));
  };
};
