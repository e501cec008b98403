import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { connectRedis } from '../store/redis-connection.ts';
import { chain } from './chain.ts';
import { clockSlackMs, findLast } from './ended.ts';
import { type Followed, follow } from './follow.ts';
import { createGathered } from './gathered.ts';
import { type AuditHead, headText, readHead } from './head.ts';
import type { AuditKey } from './key.ts';
import { type ChainEvent, hashOf } from './line.ts';
import { AuditLoss, type HeadMemory, type KnownHead, noMemory, recordsFromTo } from './loss.ts';
import type { AuditEntry, AuditLog } from './record.ts';
import { redisReader } from './redis-reader.ts';
import { appendScript, headKey, probeKey, stateScript, streamKey, trimScript } from './redis-scripts.ts';
import { createRemovalCheck, removableBefore } from './retention.ts';
import { beginningFault, headOfRest, keyEvents, lossEvents, seqOf, trustedHead } from './trust.ts';

/**
 * How a stream is written and checked. `commandLimitMs` is 2,000 unless said; a command that is not answered in it rejects with a
 * `RedisSilenceError`, and the action that it is about is not begun: `INTERNAL` to its caller.
 */
export interface RedisLogOptions {
  readonly clock: Clock;
  readonly log?: Log | undefined;
  /** Seals the records; null: they are chained by hash alone. */
  readonly key?: AuditKey | null;
  /** Days that a record is kept at least. */
  readonly keepDays?: number;
  readonly memory?: HeadMemory;
  /** Up to which number records may be gone: the operator's word. */
  readonly acceptLoss?: number;
  /** Milliseconds that one command may take. */
  readonly commandLimitMs?: number | undefined;
}

/** The end of the stream. */
interface End {
  /** As it is stored; empty: none is. */
  readonly stored: string;
  readonly head: AuditHead;
  readonly last: string | null;
  /** Entries of the stream. */
  readonly length: number;
  /** What the log has to say of itself before the next record. */
  readonly events: readonly ChainEvent[];
}

/** In the gateway's own log. */
const auditRedis = 'The Redis of the audit log';

/** Turns that other replicas may take in between. */
const maxTurns = 100;
const keys = { keys: [streamKey, headKey] };
const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');

/** A Redis stream that all replicas write, chained among all of them. It is as durable as that Redis is. */
export const openRedisLog = async (url: string, options: RedisLogOptions): Promise<AuditLog> => {
  const {
    clock,
    log,
    key = null,
    keepDays = 400,
    memory = noMemory,
    acceptLoss = 0,
    commandLimitMs: limitMs,
  } = options;
  const redis = await connectRedis({ url, what: auditRedis, log, ...(limitMs === undefined ? {} : { limitMs }) });
  const { run } = redis;
  const reader = redisReader(redis);
  let known: End | null = null;

  const state = async () => {
    const answer: unknown = await run((client) => client.eval(stateScript, keys));
    const [stored = '', length = '0', first = '', last = ''] = Array.isArray(answer) ? answer.map(String) : [];
    return { stored, length: Number(length), first: first === '' ? null : first, last: last === '' ? null : last };
  };

  /** What was known stands in the stream still, and what came behind is tied to it. */
  const checkKnown = async (before: KnownHead, head: AuditHead): Promise<void> => {
    if (head.seq < before.seq) {
      const what =
        head.seq === 0 ? 'every record is gone' : `${recordsFromTo(head.seq + 1, before.seq)} gone at the end`;
      throw new AuditLoss(what, before.seq);
    }
    const behind: string[] = [];
    for await (const line of reader.linesBack(Number.POSITIVE_INFINITY)) {
      behind.push(line);
      if ((seqOf(line) ?? 0) <= before.seq) break;
    }
    const lines = behind.toReversed();
    if (hashOf(lines[0] ?? '') !== before.hash) {
      throw new AuditLoss(`record ${before.seq} is another than it was`, head.seq);
    }
    let at: Followed | null = null;
    for (const line of lines) {
      const step = follow(at, line, key);
      if ('fault' in step) throw new AuditLoss(step.fault, head.seq);
      at = step.at;
    }
  };

  const readEnd = async (): Promise<End> => {
    const before = known === null ? await memory.known() : known.head.seq === 0 ? null : known.head;
    const now = await state();
    const lastSeq = now.last === null ? 0 : (seqOf(now.last) ?? 0);
    const read = readHead(now.stored, key);
    try {
      const trusted = trustedHead(read, { key, known: before, seq: lastSeq });
      const { length } = now;
      const knownSeq = Math.max(trusted.seq, lastSeq, before?.seq ?? 0);
      if (before !== null && trusted.seq < before.seq) await checkKnown(before, trusted);
      if (trusted.seq > 0 && (now.last === null || hashOf(now.last) !== trusted.hash)) {
        throw new AuditLoss(
          now.last === null
            ? 'every record is gone'
            : `the record at its end is ${lastSeq}, and should be ${trusted.seq}`,
          knownSeq,
        );
      }
      const fault = beginningFault(now.first, trusted.first);
      if (fault !== null) throw new AuditLoss(fault, knownSeq);
      if (trusted.first !== null && length !== trusted.count) {
        throw new AuditLoss(`it has ${length} records, and should have ${trusted.count}`, knownSeq);
      }
      if (before !== null) await checkKnown(before, trusted);
      const first = now.first === null ? null : { seq: seqOf(now.first) ?? 1, hash: hashOf(now.first) };
      const head = trusted.first === null ? { ...trusted, first, count: length } : trusted;
      return { ...now, head, events: keyEvents(head, key) };
    } catch (error) {
      if (!(error instanceof AuditLoss) || known !== null || error.knownSeq > acceptLoss) throw error;
      const head = headOfRest(read, { ...now, count: now.length });
      return { ...now, head, events: lossEvents(head, error) };
    }
  };

  const write = async (entries: readonly AuditEntry[]): Promise<readonly number[]> => {
    for (let turn = 0; turn < maxTurns; turn += 1) {
      const end = known ?? (await readEnd());
      const { events, stored } = end;
      const at = new Date(clock.now()).toISOString();
      const { lines, head, seqs } = chain([...events, ...entries], end.head, { key, at });
      if (lines.length === 0) {
        known = end;
        return [];
      }
      const next = headText(head, key);
      const expected = [stored, next, String(end.length), end.last === null ? '' : sha1(end.last)];
      const asked = { ...keys, arguments: [...expected, ...lines] };
      const answer = await run((client) => client.eval(appendScript, asked));
      if (String(answer) === 'OK') {
        known = { stored: next, head, last: lines.at(-1) ?? null, length: end.length + lines.length, events: [] };
        memory.remember({ seq: head.seq, hash: head.hash, key: head.key });
        return seqs.slice(events.length);
      }
      // Another replica was faster, or somebody was at the stream: what is known decides which.
      const moved = await readEnd();
      known = { ...moved, events: known === null ? moved.events : keyEvents(moved.head, key) };
    }
    throw new Error('The end of the audit log kept moving away');
  };

  /** One at a time: else they would be in each other's way, and each would look anew where the log ends. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  };

  const gathered = createGathered((entries) => inTurn(() => write(entries)));

  /** Removes what is older than it has to be kept, and never the newest record. */
  const retain = async ({ head, stored }: End): Promise<void> => {
    const beforeMs = removableBefore(clock.now(), keepDays);
    // Ids are times of Redis, which anybody who can write there can choose: they tell where to look, and no more.
    const from = String(Math.max(0, beforeMs - clockSlackMs));
    const [behind] = await run((client) => client.xRange(streamKey, from, '+', { COUNT: 1 }));
    const [next] =
      behind === undefined ? await run((client) => client.xRevRange(streamKey, '+', '-', { COUNT: 1 })) : [behind];
    const line = next?.message.line ?? '';
    const seq = seqOf(line);
    if (next === undefined || seq === null || head.first === null || seq <= head.first.seq) return;
    const check = createRemovalCheck(key, beforeMs);
    let count = 0;
    for await (const text of reader.lines()) {
      if ((seqOf(text) ?? seq) >= seq) break;
      if (!check.mayGo(text)) return;
      count += 1;
    }
    if (!check.isNext(line)) return;
    const kept: AuditHead = {
      ...head,
      first: { seq, hash: hashOf(line) },
      count: head.count - count,
      removed: { through: seq - 1, at: new Date(clock.now()).toISOString() },
    };
    const asked = { ...keys, arguments: [stored, headText(kept, key), next.id] };
    await run((client) => client.eval(trimScript, asked));
  };

  return {
    append: gathered.append,
    newest: reader.newest,
    at: reader.at,
    last: (auditId, sinceMs) => findLast(reader.newest(), auditId, sinceMs),
    inspect: () =>
      inTurn(async () => {
        const end = await readEnd();
        known = end;
        await write([]);
        // An empty log has a head as well: so it is told from one that is gone.
        if (end.stored === '' && end.events.length === 0) {
          await run((client) => client.set(headKey, headText(end.head, key), { condition: 'NX' }));
        }
        await retain(await readEnd());
        const now = await readEnd();
        known = now;
        return { seq: now.head.seq, hash: now.head.hash, firstSeq: now.head.first?.seq ?? 0 };
      }),
    probe: async () => {
      await run((client) => client.set(probeKey, '1', { expiration: { type: 'EX', value: 60 } }));
    },
    close: async () => {
      await memory.settled();
      await redis.close();
    },
  };
};
