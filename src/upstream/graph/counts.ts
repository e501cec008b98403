import type { Fact } from '../../microsoft/operation.ts';
import { call } from '../call.ts';
import type { Operation } from '../http/operation.ts';
import { isRecord, MalformedAnswerError } from '../http/shape.ts';

/** What a list answers that is asked to count. */
export interface Counted {
  /** `@odata.count`; `null`: it did not say. */
  readonly count: number | null;
  /** Rows that came with it. */
  readonly rows: number;
  /** Whether there is a link to more of them. */
  readonly hasLink: boolean;
}

const readCounted = (body: unknown): Counted => {
  if (!isRecord(body) || !Array.isArray(body.value)) throw new MalformedAnswerError('a collection');
  const sent = body['@odata.count'];
  // OData writes 64-bit numbers as text where a service is told to (OData JSON 4.01, 4.6.5).
  const count = typeof sent === 'string' && /^\d{1,15}$/.test(sent) ? Number(sent) : sent;
  const link = body['@odata.nextLink'];
  return {
    count: typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : null,
    rows: body.value.length,
    hasLink: typeof link === 'string' && link !== '',
  };
};

/**
 * Asks a list how many of its rows meet a filter, with so few of them as `$top` says. For operations whose page has `$count`.
 * https://learn.microsoft.com/graph/query-parameters#count-parameter
 */
export const countRows = (
  fact: Fact<string>,
  { filter, top }: { readonly filter: string | undefined; readonly top: number },
): Operation<Counted> =>
  call(fact, {}, { parse: readCounted }, { query: { $filter: filter, $top: top, $count: true } });
