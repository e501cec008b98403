import type { Tenant } from '../config/tenants.ts';
import type { CallScope } from '../scope.ts';
import { type BatchPart, batchGet, maxBatchParts } from '../upstream/graph/batch.ts';
import { failureOf, failureWithoutAnswer } from '../upstream/http/failure.ts';
import type { Operation } from '../upstream/http/operation.ts';
import type { Send } from '../upstream/http/send.ts';
import { chunked } from './ids.ts';

/**
 * Graph entities by their ids, where Graph cannot filter by id: one read alone, more of them 20 a `$batch`.
 * Upstream calls: 1 key 1, 100 keys 5, 10,000 keys 500 (the request's budget ends it earlier).
 */
export const readEachFromGraph = async <W>(
  send: Send,
  tenant: Tenant,
  ids: readonly string[],
  read: (id: string) => Operation<W | null>,
  scope: CallScope,
): Promise<Map<string, W | Error>> => {
  const found = new Map<string, W | Error>();
  const [only] = ids;
  if (ids.length === 1 && only !== undefined) {
    const wire = await send(tenant, read(only), scope);
    if (wire !== null) found.set(only, wire);
    return found;
  }
  const readBatch = async (chunk: readonly string[]): Promise<void> => {
    const parts: BatchPart[] = chunk.map((id, index) => ({ id: String(index), operation: read(id) }));
    for (const answer of await send(tenant, batchGet(parts), scope)) {
      const id = chunk[Number(answer.id)];
      if (id === undefined || answer.status === 404) continue;
      const operation = read(id);
      if (answer.status >= 400) {
        const headers = Object.fromEntries(
          Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value]),
        );
        const body = JSON.stringify(answer.body ?? '');
        found.set(
          id,
          failureOf({ tenant: tenant.name, operation }, { status: answer.status, headers, body }, Date.now()),
        );
        continue;
      }
      try {
        const wire = operation.parse(answer.body);
        if (wire !== null) found.set(id, wire);
      } catch (error) {
        found.set(id, failureWithoutAnswer({ tenant: tenant.name, operation }, error, false));
      }
    }
  };
  await Promise.all(chunked(ids, maxBatchParts).map(readBatch));
  return found;
};
