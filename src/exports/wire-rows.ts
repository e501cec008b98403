import { UpstreamError } from '../errors.ts';
import type { WireObject } from '../unification/fields.ts';
import { isObject } from '../unification/values.ts';
import { parseExactly } from '../upstream/exact-json.ts';

/** Rows of one assessment of one tenant as they come; at their end it throws what has to be told of them. */
export type WireRows = AsyncGenerator<readonly WireObject[], void, void>;

/** Whether a value is a row: a machine identifies it. */
const isRow = (value: unknown): value is WireObject =>
  isObject(value) && (typeof value.deviceId === 'string' || typeof value.DeviceId === 'string');

/** The rows that some texts are; `unread`: texts that are none. */
export const rowsOf = (texts: readonly string[]): { readonly rows: readonly WireObject[]; readonly unread: number } => {
  const rows: WireObject[] = [];
  let unread = 0;
  for (const text of texts) {
    if (text.trim() === '') continue;
    try {
      const value = parseExactly(text);
      if (isRow(value)) rows.push(value);
      else unread += 1;
    } catch {
      unread += 1;
    }
  }
  return { rows, unread };
};

/** Rows that could not be read are told, once all others are given. */
export const unreadable = (tenant: string, count: number): UpstreamError =>
  new UpstreamError(
    'UPSTREAM_REJECTED',
    `${count} rows of ${tenant} could not be read: they are no JSON, or no machine identifies them`,
    { tenant, api: 'mde' },
  );
