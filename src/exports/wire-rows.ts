import { UpstreamError } from '../errors.ts';
import type { WireObject } from '../unification/fields.ts';
import { isObject } from '../unification/values.ts';
import type { Kind } from '../upstream/call.ts';

/** Rows of one assessment of one tenant as they come; at their end it throws what has to be told of them. */
export type WireRows = AsyncGenerator<readonly WireObject[], void, void>;

/** Whether a value is a row: a machine identifies it. */
export const isRow = (value: unknown): value is WireObject =>
  isObject(value) && (typeof value.deviceId === 'string' || typeof value.DeviceId === 'string');

/** What to call rows where something else came. */
export const rowKind: Kind<WireObject> = { one: 'a row', many: 'rows of an assessment', is: isRow };

/** Rows that could not be read are told, once all others are given. */
export const unreadable = (tenant: string, count: number): UpstreamError =>
  new UpstreamError(
    'UPSTREAM_REJECTED',
    `${count} rows of ${tenant} could not be read: they are no JSON, or no machine identifies them`,
    { tenant, api: 'mde' },
  );
