import { createHash } from 'node:crypto';

/**
 * Keeps secrets out of text and of structured log fields. Names catch what we know to be secret at any depth; patterns
 * catch tokens and signed links that travel inside messages of libraries.
 */

const mask = '[redacted]';

/** Names compared in lower case without `-` and `_`, so `client_secret`, `clientSecret` and `Client-Secret` are one. */
const secretNames: ReadonlySet<string> = new Set([
  'accesstoken',
  'apikey',
  'assertion',
  'authorization',
  'clientassertion',
  'clientsecret',
  'cookie',
  'encryptionkey',
  'idtoken',
  'oboassertion',
  'passphrase',
  'password',
  'privatekey',
  'privatekeypem',
  'proxyauthorization',
  'refreshtoken',
  'secret',
  'setcookie',
  'token',
  'xapikey',
]);

/** Fields with the content of a file, which is told by its size and hash. */
const isContent = (name: string, field: unknown): field is string =>
  name === 'contentBase64' && typeof field === 'string';

const toldContent = (base64: string): string => {
  const content = Buffer.from(base64, 'base64');
  return `[${content.length} bytes, SHA-256 ${createHash('sha256').update(content).digest('hex')}]`;
};

const isSecretName = (name: string): boolean => secretNames.has(name.replaceAll(/[-_]/g, '').toLowerCase());

/** Each pattern is linear in the text: no nested repetition, and no place from which a long run is looked through again. */
const secretPatterns: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // A JWT or JWE: a base64url JSON object, then dot-separated parts.
  [/(?<![\w-])eyJ[\w-]+(?:\.[\w-]*){1,4}/g, mask],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${mask}`],
  // The signature of an Azure Storage link: https://learn.microsoft.com/azure/storage/common/storage-sas-overview
  [/\b(sig=)[^&\s"'<>]+/gi, `$1${mask}`],
  [
    /\b((?:client_secret|client_assertion|access_token|refresh_token|id_token|assertion|password)["']?\s*[=:]\s*["']?)[^&\s"'<>,}]+/gi,
    `$1${mask}`,
  ],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, mask],
];

/** `text` with anything that looks like a token, a secret or a signature masked. */
export const redactText = (text: string): string =>
  secretPatterns.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), text);

/** Deeper than any record worth logging; stops cyclic and runaway structures. */
const maxDepth = 8;

const redactError = (error: Error, depth: number): Record<string, unknown> => ({
  type: error.name,
  message: redactText(error.message),
  ...(error.stack === undefined ? {} : { stack: redactText(error.stack) }),
  ...redactFields(error, depth + 1),
  ...(error.cause === undefined ? {} : { cause: redactValue(error.cause, depth + 1) }),
});

const redactField = (name: string, field: unknown, depth: number): unknown => {
  if (isContent(name, field)) return toldContent(field);
  return isSecretName(name) && field !== undefined && field !== null ? mask : redactValue(field, depth);
};

/** Own enumerable properties of `value`, those with a secret name masked whatever they hold. */
export const redactFields = (value: object, depth = 0): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).map(([name, field]) => [name, redactField(name, field, depth)]));

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
