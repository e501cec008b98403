import { namesToGrant } from '../../identity/permissions.ts';
import { batch } from '../../microsoft/graph/batch.ts';
import { call } from '../call.ts';
import type { Operation } from '../http/operation.ts';
import { isRecord, MalformedAnswerError } from '../http/shape.ts';
import { urlOf } from '../http/url.ts';

/** Parts that one batch may have. json-batching.md */
export const maxBatchParts = 20;

/** One read inside a batch. Ids are compared without case. */
export interface BatchPart {
  readonly id: string;
  readonly operation: Operation<unknown>;
}

/** What a part was answered: each stands alone, and is throttled alone. */
export interface BatchAnswer {
  readonly id: string;
  readonly status: number;
  /** Names as sent, e.g. `Retry-After`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** What the token of the batch carries; absent or `null`: it does not say. */
  readonly permissions?: readonly string[] | null;
}

const version = '/v1.0';

const relativeUrl = (operation: Operation<unknown>): string => {
  const url = urlOf('', operation);
  return url.startsWith(`${version}/`) ? url.slice(version.length) : url;
};

const readHeaders = (value: unknown): Record<string, string> => {
  const headers: Record<string, string> = {};
  if (!isRecord(value)) return headers;
  for (const [name, text] of Object.entries(value)) {
    if (typeof text === 'string' || typeof text === 'number') headers[name] = String(text);
  }
  return headers;
};

/** An answer that cannot be read counts as left out: whoever asked asks that part again. */
const readAnswers = (body: unknown, permissions?: readonly string[] | null): readonly BatchAnswer[] => {
  const responses = isRecord(body) ? body.responses : undefined;
  if (!Array.isArray(responses)) throw new MalformedAnswerError('the answer of a batch');
  return responses.flatMap((response: unknown): readonly BatchAnswer[] => {
    if (!isRecord(response)) return [];
    const { id } = response;
    const status = Number(response.status);
    if ((typeof id !== 'string' && typeof id !== 'number') || !Number.isInteger(status) || status < 100) return [];
    return [
      {
        id: String(id),
        status,
        headers: readHeaders(response.headers),
        body: response.body,
        ...(permissions === undefined ? {} : { permissions }),
      },
    ];
  });
};

/**
 * Up to 20 reads in one call. The answers come in any order: match them by id, and look at each one's status, since the call
 * itself is answered 200 whatever becomes of its parts. Throws a `RangeError` on more parts or on one that is not a read.
 * json-batching.md
 * Permissions: those of its parts, whose answers tell what is missing.
 */
export const batchGet = (parts: readonly BatchPart[]): Operation<readonly BatchAnswer[]> => {
  if (parts.length > maxBatchParts) throw new RangeError(`A batch has ${maxBatchParts} parts at most`);
  if (parts.some(({ operation }) => operation.method !== 'GET')) throw new RangeError('A batch is for reads alone');
  const operations = parts.map(({ operation }) => operation);
  const requests = parts.map(({ id, operation }) => ({
    id,
    method: operation.method,
    url: relativeUrl(operation),
    ...(operation.headers === undefined ? {} : { headers: operation.headers }),
  }));
  return {
    ...call(batch.batch, {}, { parse: readAnswers }, { body: { requests } }),
    permissions: [...new Set(operations.flatMap(({ permissions }) => permissions))],
    delegated: [...new Set(operations.flatMap((operation) => namesToGrant(operation, true)))],
  };
};
