import { expect } from 'vitest';
import { expectNoLeak } from '../../support/refusals.ts';
import { keys, type Target } from './target.ts';
import type { WireAnswer, WireRequest } from './wire.ts';

/** One attack, or one kind of bad input: what is sent, what has to come back, and what may come of it. */
export interface Attack {
  /** The request, or bytes where no well-behaved client could send it. */
  readonly send: (target: Target) => WireRequest | Buffer | Promise<WireRequest | Buffer>;
  /** 0: the connection is closed without an answer. */
  readonly status: number | readonly number[];
  /** `extensions.code` of the first error, or one of several; absent: the answer has none. */
  readonly code?: string | readonly (string | undefined)[];
  /** What the answer has to say. */
  readonly says?: RegExp;
  /** What it must not. */
  readonly never?: RegExp;
  /** Calls to Microsoft that it may cause; none unless said. Tokens and signing keys are not counted. */
  readonly calls?: number;
  /** Whether it may also cause fewer: which of many questions get theirs, and which wait too long, is chance. */
  readonly orFewer?: boolean;
  /** What else has to hold afterwards. */
  readonly afterwards?: (target: Target, answer: WireAnswer) => void | Promise<void>;
}

/** Attacks by name. */
export type Attacks = Readonly<Record<string, Attack>>;

/** Header of a key. */
export const as = (key: string): Readonly<Record<string, string>> => ({ 'x-api-key': key });

const json = { 'content-type': 'application/json' };

/** A GraphQL request as any client sends it, by default of the one who may act. */
export const gql = (
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = as(keys.responder),
): WireRequest => ({ headers: { ...json, ...headers }, body: JSON.stringify({ query, variables }) });

/** A POST whose body is written by hand. */
export const post = (body: string | Buffer, headers: Readonly<Record<string, string>> = {}): WireRequest => ({
  headers: { ...json, ...as(keys.responder), ...headers },
  body,
});

/** A small question that is answered without a call. */
export const harmless = '{ viewer { name } }';

/** What an answer must not hold besides what `expectNoLeak` looks for. */
const innards = [/\/(home|root|usr|work|tmp|var)\//, /"stack/, /SyntaxError|TypeError|RangeError|ReferenceError/];

/** HTTP requests to Microsoft's APIs and to the tenant that stands in for one. */
const callsOf = ({ simulator, mirror }: Target): number =>
  simulator.calls.list({ batched: false }).filter(({ operation }) => operation?.startsWith('entra.') !== true).length +
  mirror.requests().length;

const codeOf = (body: string): string | undefined => /"code":"([A-Z_]+)"/.exec(body)?.[1];

/** Carries the attack out and holds it against its row; gives the outcome for the table. */
export const carryOut = async (target: Target, attack: Attack): Promise<string> => {
  target.simulator.calls.reset();
  target.mirror.lie({});
  const actions = target.world.actions.length;
  const sent = await attack.send(target);
  const answer = await (Buffer.isBuffer(sent) ? target.sendBytes(sent) : target.send(sent));
  const { status, body } = answer;
  const seen = `${status} ${body.slice(0, 500)}`;
  // Words of our own that look like a line of a stack.
  expectNoLeak(body.replaceAll('at once (', ''));
  for (const innard of innards) expect(body).not.toMatch(innard);
  for (const secret of target.secrets) expect(body.includes(secret), 'an answer holds a secret').toBe(false);
  expect([attack.status].flat(), seen).toContain(status);
  if (attack.code === undefined) expect(body, seen).not.toContain('"errors"');
  else expect([attack.code].flat(), seen).toContain(codeOf(body));
  if (attack.says !== undefined) expect(body).toMatch(attack.says);
  if (attack.never !== undefined) expect(body).not.toMatch(attack.never);
  expect(answer.answers, 'one request, one answer').toBeLessThanOrEqual(1);
  if (attack.orFewer === true) expect(callsOf(target), seen).toBeLessThanOrEqual(attack.calls ?? 0);
  else expect(callsOf(target), `calls to Microsoft: ${seen}`).toBe(attack.calls ?? 0);
  expect(target.world.actions.length, 'actions begun').toBe(actions);
  await attack.afterwards?.(target, answer);
  return `${status} ${[attack.code ?? 'answered'].flat().join(' ')}`;
};
