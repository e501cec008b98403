import { createHash } from 'node:crypto';
import type { AuditRecord } from './record.ts';

/** Version of what is written; lines of version 1 have no `v`, and no key. */
export const lineVersion = 3;

/** What `auditId` was called up to version 2. Such lines stay as they are, and are read all the same. */
const earlierName = 'actId';

/** Whether a later version of the gateway wrote it: it is left as it is. */
export const isOfLater = (value: object): value is { readonly v: unknown } =>
  'v' in value && !(typeof value.v === 'number' && value.v <= lineVersion);

/** What the log says of itself. It has its number in the chain, and is no record of an action. */
export type ChainEvent =
  /** From here on another key seals; what stands before is fixed by `prev`. `null`: the records before have no key. */
  | { readonly event: 'KEY_CHANGED'; readonly from: string | null; readonly to: string }
  /** The records `from` to `to` are gone or were replaced, and the operator said that they may be (`audit.acceptLoss`). */
  | { readonly event: 'LOSS_ACCEPTED'; readonly from: number; readonly to: number };

/** A line's place in the chain. */
export interface Link {
  readonly seq: number;
  /** SHA-256 of the line before, 64 hex digits. */
  readonly prev: string;
  /** Id of the key that sealed it; null: none. */
  readonly key: string | null;
}

/** A line of the log as it was read. */
export type Line =
  | { readonly kind: 'record'; readonly link: Link; readonly record: AuditRecord }
  | { readonly kind: 'event'; readonly link: Link; readonly event: ChainEvent }
  /** Written by a later version of the gateway: it is left as it is. */
  | { readonly kind: 'later'; readonly version: unknown }
  | { readonly kind: 'none' };

/** SHA-256 of a line as it stands, 64 hex digits. */
export const hashOf = (line: string): string => createHash('sha256').update(line).digest('hex');

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A line carries what `chain` wrote: nobody else writes there. */
const isRecord = (value: object): value is AuditRecord =>
  'seq' in value &&
  typeof value.seq === 'number' &&
  'prev' in value &&
  typeof value.prev === 'string' &&
  'at' in value &&
  typeof value.at === 'string' &&
  'auditId' in value &&
  'outcome' in value;

const inWordsOfToday = (value: object): object => {
  if (!(earlierName in value)) return value;
  const { [earlierName]: auditId, ...rest } = value;
  return { auditId, ...rest };
};

const isEvent = (value: object): value is ChainEvent & { readonly seq: number; readonly prev: string } =>
  'event' in value &&
  (value.event === 'KEY_CHANGED' || value.event === 'LOSS_ACCEPTED') &&
  'seq' in value &&
  typeof value.seq === 'number' &&
  'prev' in value &&
  typeof value.prev === 'string';

const keyOf = (value: object): string | null => ('key' in value && typeof value.key === 'string' ? value.key : null);

/** What a line of the log is. */
export const readLine = (line: string): Line => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'none' };
  }
  if (!isObject(value)) return { kind: 'none' };
  if (isOfLater(value)) return { kind: 'later', version: value.v };
  const record = inWordsOfToday(value);
  if (isRecord(record))
    return { kind: 'record', link: { seq: record.seq, prev: record.prev, key: keyOf(record) }, record };
  if (isEvent(value))
    return { kind: 'event', link: { seq: value.seq, prev: value.prev, key: keyOf(value) }, event: value };
  return { kind: 'none' };
};

/** Of lines and heads that a later version of the gateway wrote. */
export const laterVersion = (version: unknown): string =>
  `it was written by a later version of the gateway (version ${JSON.stringify(version)}, this one knows up to ${lineVersion})`;

/**
 * The record of a line; null for what the log says of itself. Throws for a line of a later version, and for one that is no record:
 * to leave it out would be to keep silent about an action.
 */
export const recordOf = (line: string): AuditRecord | null => {
  const read = readLine(line);
  if (read.kind === 'later') throw new Error(`The audit log cannot be read: ${laterVersion(read.version)}`);
  if (read.kind === 'none') {
    throw new Error('The audit log cannot be read: a line of it is no record; audit verify tells where');
  }
  return read.kind === 'record' ? read.record : null;
};
