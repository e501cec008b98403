import type { Fact } from '../../microsoft/operation.ts';
import { call, type Kind } from '../call.ts';
import type { Operation, Page } from '../http/operation.ts';
import { isRecord, readPage } from '../http/shape.ts';

/** What a list answers that is asked to count. */
export interface Counted<W> extends Page<W> {
  /** `@odata.count`; `null`: it did not say. */
  readonly count: number | null;
}

/** Which rows are counted, by an OData filter already escaped, and how many of them come with their number. */
export interface CountOptions {
  readonly filter: string | undefined;
  readonly top: number;
}

const countIn = (body: unknown): number | null => {
  const sent = isRecord(body) ? body['@odata.count'] : undefined;
  // OData writes 64-bit numbers as text where a service is told to (OData JSON 4.01, 4.6.5).
  const count = typeof sent === 'string' && /^\d{1,15}$/.test(sent) ? Number(sent) : sent;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : null;
};

/**
 * Asks a list how many of its rows meet a filter. For operations whose page has `$count`.
 * https://learn.microsoft.com/graph/query-parameters#count-parameter
 */
export const countRows = <W>(
  fact: Fact<string>,
  { many, is }: Kind<W>,
  { filter, top }: CountOptions,
): Operation<Counted<W>> => {
  const read = readPage(many, is);
  const parse = (body: unknown): Counted<W> => ({ ...read(body), count: countIn(body) });
  return call(fact, {}, { parse }, { query: { $filter: filter, $top: top, $count: true } });
};
