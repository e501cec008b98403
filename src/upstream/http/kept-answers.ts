import type { Tenant } from '../../config/tenants.ts';
import { createMade } from '../../made.ts';
import { listOf, type ReadList, readByOneBefore, sameBytes } from '../changed-rows.ts';
import { parseExactly } from '../exact-json.ts';
import { textOfUtf8 } from '../utf8.ts';
import type { Answer, ReadMark } from './call.ts';

/** Which answers are kept in the memory of the process, and how many. */
export interface KeptAnswersOptions {
  /** The longest that one is kept, milliseconds. */
  readonly maxMs: number;
  /** Bytes of all answers, as they came. */
  readonly maxBytes: number;
  readonly maxEntries: number;
  readonly now: () => number;
}

/** What the bytes of an answer were read to, and what was made of it, for all who share it. */
export type ReadBytes = Required<Pick<Answer, 'bytes' | 'json' | 'made'>>;

/** Answers in the memory of the process, each by its key and of the tenant as they were. The oldest goes first. */
export interface KeptAnswers {
  /** One that is not too old for anybody. */
  get(key: string, tenant: Tenant): Answer | undefined;
  /**
   * What bytes are read to by the answer before, of which they have all or most: rows that are the same are not parsed and mapped once
   * more. Undefined: they are others. Throws a `SyntaxError` for what is no JSON.
   */
  read(key: string, tenant: Tenant, bytes: Uint8Array): ReadBytes | undefined;
  /** Keeps what was read from a text; an answer that is a large part of all is not kept. */
  set(key: string, tenant: Tenant, answer: Answer): void;
}

/** The largest answer, as a part of all bytes. */
const largestPart = 1 / 8;

/** Answers of which is kept what they say, as a part of all bytes: in memory that is nine times as much. */
const knownPart = 1 / 2;

/** Bytes that are kept do not hold memory that is much more than theirs: they may be a small part of what was read from a connection. */
const ownMemoryOf = (bytes: Uint8Array): Uint8Array => {
  if (2 * bytes.length > bytes.buffer.byteLength) return bytes;
  const own = Buffer.allocUnsafeSlow(bytes.length);
  own.set(bytes);
  return own;
};

/** What bytes were read to, and where the rows of their list stand: `null` where they are none, undefined as long as nobody asked. */
interface Known {
  readonly read: ReadBytes;
  list: ReadList | null | undefined;
}

/** An answer that is kept: by its bytes until they are wanted as what they say. Most are for nobody, and objects that live on burden the garbage collector. */
interface Kept {
  readonly tenant: Tenant;
  readonly mark: ReadMark;
  readonly said: Pick<Answer, 'status' | 'none' | 'requestId' | 'permissions'>;
  bytes: Uint8Array;
  known: Known | undefined;
  given: Answer | undefined;
  /** What the bytes behind it were read to by this one. */
  next: Known | undefined;
}

const nothing = Buffer.alloc(0);

const parsed = (bytes: Uint8Array): Known => ({
  read: { bytes, json: parseExactly(textOfUtf8(bytes), bytes), made: createMade(createMade()) },
  list: undefined,
});

/** Of the bytes that are the same: fewer make it another answer. */
const leastPart = 1 / 2;

/** What bytes are read to by those before them. Where much of these comes again they are read for good: so the next ones can be read by them. */
const knownBehind = ({ bytes: before, known }: Kept, came: Uint8Array): Known | undefined => {
  const same = sameBytes(before, came);
  if (Math.max(before.length, came.length) * leastPart > same.prefix + same.suffix) return undefined;
  const bytes = ownMemoryOf(came);
  if (known === undefined) return parsed(bytes);
  if (known.list === undefined) known.list = listOf(before, known.read.json);
  const list = known.list === null ? null : readByOneBefore(known.list, bytes, same);
  return list === null
    ? parsed(bytes)
    : { read: { bytes, json: list.json, made: createMade(known.read.made.parts) }, list };
};

/** Nothing is kept yet. */
export const createKeptAnswers = ({ maxMs, maxBytes, maxEntries, now }: KeptAnswersOptions): KeptAnswers => {
  // In the order in which they were kept.
  const kept = new Map<string, Kept>();
  let bytes = 0;
  let knownBytes = 0;

  const isKept = ({ length }: Uint8Array): boolean => length <= maxBytes * largestPart;

  /** From now on its bytes alone are kept. */
  const forgetKnown = (one: Kept): void => {
    if (one.known !== undefined) knownBytes -= one.bytes.length;
    one.known = undefined;
    one.given = undefined;
    one.next = undefined;
  };

  const know = (one: Kept, known: Known): Known => {
    one.known = known;
    knownBytes += one.bytes.length;
    for (const other of kept.values()) {
      if (knownBytes <= maxBytes * knownPart) break;
      if (other !== one) forgetKnown(other);
    }
    return known;
  };
  const knownOf = (one: Kept): Known => one.known ?? know(one, parsed(one.bytes));

  const drop = (key: string, old: Kept): void => {
    forgetKnown(old);
    bytes -= old.bytes.length;
    kept.delete(key);
    // What V8 may hold of it in the tables of a map (src/under-way.ts) is empty from now on.
    old.bytes = nothing;
  };

  /** A clock that was set back makes an answer of no known age. */
  const isTooOld = ({ mark }: Kept): boolean => {
    const ageMs = now() - mark.begunMs;
    return ageMs < 0 || ageMs >= maxMs;
  };

  const find = (key: string, tenant: Tenant): Kept | undefined => {
    const found = kept.get(key);
    if (found === undefined || (found.tenant === tenant && !isTooOld(found))) return found;
    drop(key, found);
    return undefined;
  };

  return {
    get: (key, tenant) => {
      const found = find(key, tenant);
      if (found !== undefined) found.given ??= { ...found.said, read: found.mark, ...knownOf(found).read };
      return found?.given;
    },
    read: (key, tenant, came) => {
      const found = isKept(came) ? find(key, tenant) : undefined;
      if (found === undefined) return undefined;
      found.next = Buffer.compare(found.bytes, came) === 0 ? knownOf(found) : knownBehind(found, came);
      return found.next?.read;
    },
    set: (key, tenant, { status, none, requestId, permissions, read: mark, ...came }) => {
      if (mark === undefined || came.bytes === undefined || !isKept(came.bytes)) return;
      const old = kept.get(key);
      // Each of those who shared it has it kept.
      if (old?.mark === mark) return;
      const known = old?.next?.read.bytes === came.bytes ? old.next : undefined;
      if (old !== undefined) drop(key, old);
      const said = { status, none, requestId, permissions };
      const one: Kept = {
        tenant,
        mark,
        said,
        bytes: known?.read.bytes ?? ownMemoryOf(came.bytes),
        known: undefined,
        given: undefined,
        next: undefined,
      };
      kept.set(key, one);
      bytes += one.bytes.length;
      if (known !== undefined) know(one, known);
      for (const [oldest, other] of kept) {
        if (bytes <= maxBytes && kept.size <= maxEntries && !isTooOld(other)) break;
        drop(oldest, other);
      }
    },
  };
};
