import type { HuntRow, HuntRowsText } from '../domain/hunt.ts';

/** The rows of a text in which a comma stands behind each. */
export const valuesOf = ({ count, chunks }: HuntRowsText): readonly HuntRow[] =>
  count === 0 ? [] : JSON.parse(`[${Buffer.concat(chunks).subarray(0, -1).toString()}]`);
