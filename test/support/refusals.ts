import { expect } from 'vitest';
import type { Answer } from './gateway.ts';

/** What no answer may hold, whatever went wrong. */
const leaks = [
  /https?:\/\/[\w.-]*(localhost|127\.0\.0\.1)/i,
  /graph\.microsoft|securitycenter|login\.microsoftonline/i,
  /eyJ[\w-]{10,}/,
  /"stacktrace"|\bat [\w.<>]+ \(|\.ts:\d+/,
  /secret-[a-z]|a-secret-that-expired|key-of-the/,
  /node_modules|node:internal/,
];

/** Fails when an answer holds what must not leave the gateway. */
export const expectNoLeak = (text: string): void => {
  for (const leak of leaks) expect(text).not.toMatch(leak);
};

/** A question that is refused, and how. */
export interface Refusal {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly code: string;
  /** What the message has to say for a caller to fix it. */
  readonly says: RegExp;
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly status?: number;
}

/** Fails unless the answer is this one refusal and holds nothing that must not leave. */
export const expectRefusal = (answer: Answer<unknown>, refusal: Refusal): void => {
  expectNoLeak(answer.text);
  expect(answer.errors).toHaveLength(1);
  const [error] = answer.errors;
  expect(error?.extensions).toMatchObject({ code: refusal.code, ...refusal.extensions });
  expect(error?.message).toMatch(refusal.says);
  expect(answer.status).toBe(refusal.status ?? 200);
};

/** A hunt with this input, in GraphQL. */
export const huntQuery = (input: string): string => `{ hunt(input: { ${input} }) { rowCount } }`;
