import type { Position } from '../fault.ts';
import type { Json } from '../value.ts';
import type { Expression } from './ast.ts';
import type { Cursor } from './cursor.ts';

/** `dynamic(...)`: JSON inside, written with Kusto's own string forms. */
export function parseDynamic(cursor: Cursor, at: Position): Expression {
  cursor.expect('(');
  const value = parseJson(cursor);
  cursor.expect(')');
  return { kind: 'literal', type: 'dynamic', value, at };
}

function parseJson(cursor: Cursor): Json {
  if (cursor.accept('[')) return parseItems(cursor, ']', parseJson);
  if (cursor.accept('{')) return Object.fromEntries(parseItems(cursor, '}', parseEntry));
  const negative = cursor.accept('-');
  const token = cursor.peek();
  if (token.kind === 'name' && token.text === 'null' && !negative) {
    cursor.next();
    return null;
  }
  if (token.kind !== 'literal' || typeof token.value === 'bigint') throw cursor.fault();
  if (negative && typeof token.value !== 'number') throw cursor.fault();
  cursor.next();
  return negative && typeof token.value === 'number' ? -token.value : token.value;
}

function parseEntry(cursor: Cursor): readonly [string, Json] {
  const key = cursor.peek();
  if (key.kind !== 'literal' || typeof key.value !== 'string') throw cursor.fault();
  cursor.next();
  cursor.expect(':');
  return [key.value, parseJson(cursor)];
}

function parseItems<T>(cursor: Cursor, close: string, parse: (cursor: Cursor) => T): T[] {
  const items: T[] = [];
  while (!cursor.accept(close)) {
    if (items.length > 0) cursor.expect(',');
    items.push(parse(cursor));
  }
  return items;
}
