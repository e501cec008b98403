import { createClient } from '@keyv/redis';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { type ChainHead, chain, emptyChain, headOf, headText, recordOf } from './chain.ts';
import { findEnd } from './ended.ts';
import type { AuditLog, AuditRecord } from './record.ts';

/** One hash tag, so that a cluster keeps both at one place. */
const stream = '{defender-gateway:audit}:lines';
const headKey = '{defender-gateway:audit}:head';

/** Adds the lines if the chain still ends where their writer believes; else says where it ends. */
const script = `
  local head = redis.call('GET', KEYS[2]) or ''
  if head ~= ARGV[1] then return head end
  for i = 3, #ARGV do redis.call('XADD', KEYS[1], '*', 'line', ARGV[i]) end
  redis.call('SET', KEYS[2], ARGV[2])
  return 'OK'
`;

/** Turns that other replicas may take in between. */
const maxTurns = 100;
const pageSize = 500;

/** A Redis stream that all replicas write, chained among all of them. It is as durable as that Redis is. */
export const openRedisLog = async (
  url: string,
  { clock, log }: { readonly clock: Clock; readonly log?: Log | undefined },
): Promise<
  AuditLog & { readonly lines: () => AsyncIterable<string>; readonly head: () => Promise<ChainHead | null> }
> => {
  const client = createClient({ url, disableOfflineQueue: true, socket: { connectTimeout: 5000 } });
  client.on('error', (error: unknown) => log?.warn('The audit log lost its Redis', { err: error }));
  client.connect().catch((error: unknown) => log?.warn('The Redis of the audit log is not reached', { err: error }));
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 2000);
    client.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  let known = '';
  async function* newest(): AsyncIterable<AuditRecord> {
    let end = '+';
    for (;;) {
      const page = await client.xRevRange(stream, end, '-', { COUNT: pageSize });
      for (const { message } of page) {
        const record = recordOf(message.line ?? '');
        if (record !== null) yield record;
      }
      const last = page.at(-1);
      if (last === undefined || page.length < pageSize) return;
      end = `(${last.id}`;
    }
  }
  return {
    append: async (entries) => {
      for (let turn = 0; turn < maxTurns; turn += 1) {
        const { lines, head } = chain(entries, headOf(known) ?? emptyChain, new Date(clock.now()).toISOString());
        const next = headText(head);
        const answer = String(
          await client.eval(script, { keys: [stream, headKey], arguments: [known, next, ...lines] }),
        );
        if (answer === 'OK') {
          known = next;
          return;
        }
        known = answer;
      }
      throw new Error('The end of the audit log kept moving away');
    },
    newest,
    ended: (actId, sinceMs) => findEnd(newest(), actId, sinceMs),
    lines: async function* () {
      let start = '-';
      for (;;) {
        const page = await client.xRange(stream, start, '+', { COUNT: pageSize });
        for (const { message } of page) yield message.line ?? '';
        const last = page.at(-1);
        if (last === undefined || page.length < pageSize) return;
        start = `(${last.id}`;
      }
    },
    head: async () => headOf((await client.get(headKey)) ?? ''),
    close: async () => {
      if (client.isReady) await client.close();
      else client.destroy();
    },
  };
};
