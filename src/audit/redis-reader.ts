import type { RedisConnection } from '../store/redis-connection.ts';
import { clockSlackMs } from './ended.ts';
import { recordOf } from './line.ts';
import type { AuditRange, AuditRecord } from './record.ts';
import { streamKey } from './redis-scripts.ts';
import { seqOf } from './trust.ts';

/** Entries that are fetched and parsed at a time: a few milliseconds of work, then others have their turn. */
const pageSize = 100;

const msOf = (id: string): number => Number(id.split('-')[0]);

/** Reads the stream. Its ids are times of Redis, by which a place in it is found without reading what is behind. */
export const redisReader = ({ run }: Pick<RedisConnection, 'run'>) => {
  /** A moment behind which no entry has a smaller number, by halving the time that the stream spans. */
  const momentOf = async (seq: number): Promise<number> => {
    const [first] = await run((client) => client.xRange(streamKey, '-', '+', { COUNT: 1 }));
    const [last] = await run((client) => client.xRevRange(streamKey, '+', '-', { COUNT: 1 }));
    if (first === undefined || last === undefined) return 0;
    let low = msOf(first.id);
    let high = msOf(last.id) + 1;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const [entry] = await run((client) => client.xRange(streamKey, String(middle), '+', { COUNT: 1 }));
      const at = seqOf(entry?.message.line ?? '');
      if (at === null || at >= seq) high = middle;
      else low = middle;
    }
    return high;
  };

  /** Lines newest first, from the last of a moment. */
  async function* linesBack(untilMs: number): AsyncGenerator<string> {
    let end = Number.isFinite(untilMs) ? String(untilMs) : '+';
    for (;;) {
      const until = end;
      const page = await run((client) => client.xRevRange(streamKey, until, '-', { COUNT: pageSize }));
      for (const { message } of page) yield message.line ?? '';
      const last = page.at(-1);
      if (last === undefined || page.length < pageSize) return;
      end = `(${last.id}`;
    }
  }

  async function* newest({ beforeSeq, untilMs }: AuditRange = {}): AsyncGenerator<AuditRecord> {
    const until = Math.min(
      beforeSeq === undefined ? Number.POSITIVE_INFINITY : await momentOf(beforeSeq),
      untilMs === undefined ? Number.POSITIVE_INFINITY : Math.ceil(untilMs + clockSlackMs),
    );
    for await (const line of linesBack(until)) {
      const record = recordOf(line);
      if (record !== null && (beforeSeq === undefined || record.seq < beforeSeq)) yield record;
    }
  }

  return {
    linesBack,
    newest,
    at: async (seq: number): Promise<AuditRecord | null> => {
      for await (const record of newest({ beforeSeq: seq + 1 })) return record.seq === seq ? record : null;
      return null;
    },
    /** All lines, the oldest first. */
    lines: async function* (): AsyncGenerator<string> {
      let start = '-';
      for (;;) {
        const from = start;
        const page = await run((client) => client.xRange(streamKey, from, '+', { COUNT: 500 }));
        for (const { message } of page) yield message.line ?? '';
        const last = page.at(-1);
        if (last === undefined || page.length < 500) return;
        start = `(${last.id}`;
      }
    },
  };
};
