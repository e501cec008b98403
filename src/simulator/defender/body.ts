import { DefenderFault, refusals } from './fault.ts';

/** A JSON object from a request. Keys are compared with their case: `comment` is not `Comment`. */
export type Body = Readonly<Record<string, unknown>>;

const isBody = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);

/** @throws DefenderFault InvalidRequestBody when the request has no JSON object. */
export function objectBody(value: unknown): Body {
  if (!isBody(value)) throw new DefenderFault('InvalidRequestBody', 'The request body is not a JSON object.');
  return value;
}

/** A list of JSON objects. */
export function objectList(value: unknown, key: string): readonly Body[] {
  if (!Array.isArray(value) || !value.every(isBody)) {
    throw new DefenderFault('InvalidRequestBody', `The property ${key} is not a list of objects.`);
  }
  return value;
}

/** `undefined` when absent. */
export function optionalText(body: Body, key: string): string | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new DefenderFault('InvalidRequestBody', `The property ${key} is not text.`);
  return value;
}

/** @throws DefenderFault MissingRequiredParameter when absent or blank. */
export function requiredText(body: Body, key: string): string {
  const value = optionalText(body, key);
  if (value === undefined || value.trim() === '') {
    throw refusals.missing(key);
  }
  return value;
}

/** One of the allowed values, compared without regard to case, in the documented spelling. */
export function oneOf<T extends string>(value: string, key: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate.toLowerCase() === value.toLowerCase());
  if (found === undefined) throw new DefenderFault('InvalidInput', `'${value}' is not a value of ${key}.`);
  return found;
}

const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** `undefined` when absent. */
export function optionalTexts(body: Body, key: string): readonly string[] | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (!isTextList(value)) throw new DefenderFault('InvalidRequestBody', `The property ${key} is not a list of texts.`);
  return value;
}

/** Most ids in one batch: the limit of tag, import and delete batches. */
const maxBatch = 500;

/** @throws DefenderFault MissingRequiredParameter when absent or empty, MaximumBatchSizeExceeded when too long. */
export function requiredTexts(body: Body, key: string): readonly string[] {
  const values = optionalTexts(body, key);
  if (values === undefined || values.length === 0) {
    throw refusals.missing(key);
  }
  checkBatchSize(values);
  return values;
}

/** @throws DefenderFault MaximumBatchSizeExceeded */
export function checkBatchSize(values: readonly unknown[]): void {
  if (values.length > maxBatch) {
    throw refusals.batch(values.length, maxBatch);
  }
}

/** @throws DefenderFault InvalidRequestBody for a key that is not known: keys differ between operations by case alone. */
export function checkKeys(body: Body, known: readonly string[]): void {
  const stranger = Object.keys(body).find((key) => !known.includes(key));
  if (stranger !== undefined) throw new DefenderFault('InvalidRequestBody', `The property ${stranger} is not known.`);
}

/** A value by its wire name, `undefined` when absent. @throws DefenderFault InvalidInput for an unknown name */
export function named<T>(body: Body, key: string, find: (name: string) => T | null): T | undefined {
  const name = optionalText(body, key);
  if (name === undefined) return undefined;
  const value = find(name);
  if (value === null) throw new DefenderFault('InvalidInput', `'${name}' is not a value of ${key}.`);
  return value;
}
