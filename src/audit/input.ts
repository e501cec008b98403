import { redactInput } from '../log/redact.ts';
import { hashOf } from './line.ts';
import type { AuditEntry } from './record.ts';

/** Bytes of an input that are kept. */
const maxInputBytes = 16_384;
/** Characters of a text that are kept, and members of a list. */
const maxText = 2000;
const maxMembers = 100;

/** Long texts and lists cut, with what they were. */
const shortened = (value: unknown): unknown => {
  if (typeof value === 'string') {
    return value.length <= maxText ? value : `${value.slice(0, maxText)}… (${value.length} characters)`;
  }
  if (Array.isArray(value)) {
    const kept = value.slice(0, maxMembers).map(shortened);
    return value.length <= maxMembers ? kept : [...kept, `… (${value.length} members)`];
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shortened(field)]));
};

/** What of an input goes into the log. */
export type KeptInput = Required<Pick<AuditEntry, 'input' | 'inputSha256'>>;

/**
 * An input with its secrets masked and its size bounded. The hash is of the masked input before it was cut: of the input
 * itself it could be used to try passwords.
 */
export const keptInput = (input: unknown): KeptInput => {
  const whole = redactInput(input) ?? null;
  const text = JSON.stringify(whole);
  const inputSha256 = hashOf(text);
  if (text.length <= maxText) return { input: whole, inputSha256 };
  const cut = shortened(whole);
  const rest = JSON.stringify(cut);
  if (Buffer.byteLength(rest) <= maxInputBytes) return { input: cut, inputSha256 };
  // No more than a beginning, as text, can be had of it.
  const beginning = Buffer.from(rest)
    .subarray(0, maxInputBytes / 2)
    .toString('utf8');
  return { input: { beginning, bytes: Buffer.byteLength(text) }, inputSha256 };
};
