import { isEnumType } from 'graphql';
import { documentCodes, errorCodes } from '../../src/errors.ts';
import { statusOf } from '../../src/server/http-status.ts';
import { createSchema } from '../../src/server/schema.ts';
import { documentRows, type ErrorRow, errorRows } from './error-rows.ts';
import { markdownTable } from './table.ts';

const again = { no: 'no', wait: 'after the wait', look: 'look first' } as const;

/** What the SDL says of each code. */
const descriptions = (): ReadonlyMap<string, string> => {
  const type = createSchema().getType('ErrorCode');
  const values = isEnumType(type) ? type.getValues() : [];
  return new Map(values.map(({ name, description }) => [name, description ?? '']));
};

/** A row for each code: its status, its description in the SDL, and what to do. */
export const errorTable = (): string => {
  const described = descriptions();
  const rowOf = (code: string, status: string, { when, again: repeat, caller, operator }: ErrorRow) => {
    const means = [described.get(code) ?? '', when].filter((text) => text !== '').join(' ');
    return [`\`${code}\``, status, means, again[repeat], caller, operator];
  };
  const rows = [
    ...errorCodes.map((code) => rowOf(code, String(statusOf(code)), errorRows[code])),
    ...documentCodes.map((code) => rowOf(code, documentRows[code].status, documentRows[code])),
  ];
  return markdownTable(['code', 'HTTP', 'means', 'again?', 'the caller', 'the operator'], rows);
};

/** The page with the table in the place of the one that it has. */
export const withErrorTable = (page: string, table: string): string =>
  page.replace(/^\| code .*(?:\n\|.*)*/m, () => table);
