import { createHash } from 'node:crypto';
import { redactArguments, redactCommandLine, redactWords } from './command-line.ts';
import { isSecretName } from './secret-names.ts';

/**
 * Keeps secrets out of text and of structured log fields. Names catch what we know to be secret at any depth; patterns
 * catch tokens and signed links that travel inside messages of libraries.
 */

const mask = '[redacted]';

/** Fields with the content of a file, which is told by its size and hash. */
const isContent = (name: string, field: unknown): field is string =>
  name === 'contentBase64' && typeof field === 'string';

const toldContent = (base64: string): string => {
  const content = Buffer.from(base64, 'base64');
  return `[${content.length} bytes, SHA-256 ${createHash('sha256').update(content).digest('hex')}]`;
};

/** Each pattern is linear in the text: no nested repetition, and no place from which a long run is looked through again. */
const secretPatterns: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // A JWT or JWE: a base64url JSON object, then dot-separated parts.
  [/(?<![\w-])eyJ[\w-]+(?:\.[\w-]*){1,4}/g, mask],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${mask}`],
  // The signature of an Azure Storage link: https://learn.microsoft.com/azure/storage/common/storage-sas-overview
  [/\b(sig=)[^&\s"'<>]+/gi, `$1${mask}`],
  [
    /\b((?:client_secret|client_assertion|access_token|refresh_token|id_token|assertion|password)["']?\s*[=:]\s*["']?)(?!\[redacted)[^&\s"'<>,}]+/gi,
    `$1${mask}`,
  ],
  // An option of a command line: --token=..., -Password ..., /pass:...
  [
    /(?<![\w-])((?:--?[\w-]{0,40}(?:password|passwd|passphrase|pwd|secret|token|api-?key)(?:\s*[=:]\s*|\s+)|\/(?:password|passwd|pwd|pass|token|secret)[=:]))(?!-|["']?\[redacted)["']?[^\s"']+/gi,
    `$1${mask}`,
  ],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, mask],
];

/** What none of the patterns can be in: they need a point, a colon, an equals sign, a dash before a blank, or one of two words. */
const harmless = /^(?:[\w-]*|(?!.*(?:bearer|basic)\s)[\w ]*)$/i;

/** `text` with anything that looks like a token, a secret or a signature masked. */
export const redactText = (text: string): string =>
  harmless.test(text)
    ? text
    : secretPatterns.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);

/** Deeper than any record worth logging; stops cyclic and runaway structures. */
const maxDepth = 8;

const redactError = (error: Error, depth: number): Record<string, unknown> => ({
  type: error.name,
  message: redactText(error.message),
  ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
  ...redactFields(error, depth + 1),
  ...(error.cause === undefined ? {} : { cause: redactValue(error.cause, depth + 1) }),
});

/** Fields that hold what a script is called with. */
const argumentNames: ReadonlySet<string> = new Set([
  'args',
  'arguments',
  'argv',
  'commandline',
  'parameters',
  'params',
]);

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');

/** A pair like `{ key: 'Args', value: '-Password ...' }` has its name beside its value. */
const pairName = (value: object): string | null => {
  if (!('value' in value)) return null;
  if ('key' in value && typeof value.key === 'string') return value.key;
  return 'name' in value && typeof value.name === 'string' ? value.name : null;
};

/** What a name says of its field. */
type NameKind = 'secret' | 'arguments' | 'usual';

/** Names that were looked at: those of log lines are few, and what others make up fills no memory. */
const nameKinds = new Map<string, NameKind>();
const mostNames = 1000;

const kindOf = (name: string): NameKind => {
  const known = nameKinds.get(name);
  if (known !== undefined) return known;
  const kind = isSecretName(name) ? 'secret' : argumentNames.has(name.toLowerCase()) ? 'arguments' : 'usual';
  if (nameKinds.size < mostNames && name.length < 100) nameKinds.set(name, kind);
  return kind;
};

/** What a field holds, by its name. */
const redactNamed = (name: string, field: unknown, depth: number): unknown => {
  if (field === undefined || field === null) return field;
  if (isContent(name, field)) return toldContent(field);
  const kind = kindOf(name);
  if (kind === 'secret') return mask;
  if (kind === 'usual') return redactValue(field, depth);
  return typeof field === 'string' ? redactText(redactArguments(field)) : redactInput(field, depth);
};

/** Own enumerable properties of `value`, those with a secret name masked whatever they hold. */
export const redactFields = (value: object, depth = 0): Record<string, unknown> => {
  const pair = pairName(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      redactNamed(name === 'value' && pair !== null ? pair : name, field, depth),
    ]),
  );
};

/**
 * What a caller asked for, safe to be kept: as `redactValue`, and in every text also what looks like a secret in a command
 * line, for scripts get theirs in `args`, and people write them into comments.
 */
export const redactInput = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return redactText(redactCommandLine(value));
  if (isTexts(value)) return redactWords(value).map(redactText);
  if (Array.isArray(value)) return depth >= maxDepth ? '[…]' : value.map((item) => redactInput(item, depth + 1));
  if (typeof value !== 'object' || value === null || depth >= maxDepth) return redactValue(value, depth);
  const pair = pairName(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      const known = name === 'value' && pair !== null ? pair : name;
      if (isContent(known, field)) return [name, toldContent(field)];
      if (isSecretName(known) && field != null) return [name, mask];
      const isArguments = typeof field === 'string' && argumentNames.has(known.toLowerCase());
      return [name, isArguments ? redactText(redactArguments(field)) : redactInput(field, depth + 1)];
    }),
  );
};

/** A copy of `value` that is safe to log: plain data, secrets masked, errors with their stack and causes. */
export const redactValue = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value === 'function') return '[function]';
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maxDepth) return '[…]';
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof URL) return redactText(value.href);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1));
  if (value instanceof Map) return redactFields(Object.fromEntries(value), depth + 1);
  if (value instanceof Set) return redactValue([...value], depth);
  return redactFields(value, depth + 1);
};
