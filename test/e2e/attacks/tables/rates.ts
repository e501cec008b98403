import { expect } from 'vitest';
import { type Attack, type Attacks, as, gql, harmless } from '../attack.ts';
import { failedSignInsPerMinute, hastyPerMinute, keys, type Target } from '../target.ts';
import type { WireRequest } from '../wire.ts';

const limited = {
  status: 429,
  code: 'RATE_LIMITED',
  says: /try again in \d+ s/,
  afterwards: (_, { headers }) => expect(Number(headers['retry-after'])).toBeGreaterThan(0),
} as const satisfies Omit<Attack, 'send'>;

const hasty = () => gql(harmless, {}, as(keys.hasty));

/** The proxy in front of the gateway says last which address it sees; what stands before that is the caller's own word. */
const guess = (key: string, saidBefore = '') =>
  gql(harmless, {}, { ...as(key), 'x-forwarded-for': `${saidBefore}203.0.113.9` });

/** Sends until it is too often, but not more than three times as often as is allowed, for time passes meanwhile. */
const sendTooOften = async (
  { send }: Target,
  perMinute: number,
  request: (count: number) => WireRequest,
): Promise<void> => {
  for (let count = 0; count < 3 * perMinute; count += 1) {
    if ((await send(request(count))).status === 429) return;
  }
};

/** Asking more often than one may. The rows build on each other. */
export const rates: Attacks = {
  'more operations in one request than a minute has': {
    send: () => ({
      headers: { 'content-type': 'application/json', ...as(keys.hasty) },
      body: JSON.stringify(Array.from({ length: hastyPerMinute + 1 }, () => ({ query: harmless }))),
    }),
    status: 400,
    code: 'QUERY_TOO_EXPENSIVE',
  },
  'more requests than a key may make': {
    ...limited,
    send: async (target) => {
      await sendTooOften(target, hastyPerMinute, hasty);
      return hasty();
    },
  },
  'once more, as if from somewhere else': {
    ...limited,
    send: () => gql(harmless, {}, { ...as(keys.hasty), 'x-forwarded-for': '198.51.100.7' }),
  },
  'guessing keys': {
    ...limited,
    send: async (target) => {
      await sendTooOften(target, failedSignInsPerMinute, (count) => guess(`guessed-key-${count}`));
      return guess('guessed-key');
    },
  },
  'guessing on, as if from somewhere else': { ...limited, send: () => guess('guessed-key', '198.51.100.7, ') },
  'a right key from the same address: a wrong one shuts nobody out': { send: () => guess(keys.reader), status: 200 },
  'everybody else in the meantime': { send: () => gql(harmless), status: 200 },
};
