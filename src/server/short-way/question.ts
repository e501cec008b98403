import type { IncomingMessage } from 'node:http';
import { isRecord, type JsonRecord } from '../../domain/records.ts';

/** One operation as a plain request asks it. */
export interface Question {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: JsonRecord | null;
}

/** What a plain request says of its body; any other way to write it goes the whole way. */
const plainTypes: ReadonlySet<string> = new Set([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=utf-8',
  'application/json; charset=UTF-8',
  'application/json;charset=UTF-8',
]);

const members: ReadonlySet<string> = new Set(['query', 'operationName', 'variables', 'extensions']);

const isMissing = (value: unknown): value is null | undefined => value === null || value === undefined;

/** The one operation of a request that is plain in all that decides how Apollo reads it; null: it is not. */
export const questionIn = (
  { method, url, headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
  body: unknown,
  endpoint: string,
): Question | null => {
  if (method !== 'POST' || url !== endpoint || !plainTypes.has(headers['content-type'] ?? '')) return null;
  if (!isRecord(body) || !Object.keys(body).every((name) => members.has(name))) return null;
  const { query, operationName, variables, extensions } = body;
  if (typeof query !== 'string' || query === '') return null;
  if (!isMissing(operationName) && typeof operationName !== 'string') return null;
  if (!isMissing(variables) && !isRecord(variables)) return null;
  if (!isMissing(extensions) && !(isRecord(extensions) && Object.keys(extensions).length === 0)) return null;
  return { query, operationName: operationName ?? null, variables: variables ?? null };
};
