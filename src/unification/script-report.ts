import type { LiveResponseScriptResult } from '../domain/machine-action.ts';
import { isObject } from './values.ts';

/**
 * The report that a script leaves, `{ script_name, exit_code, script_output, script_errors }`. What the documentation prints
 * (get-live-response-result.md) is no valid JSON: line breaks and NUL characters stand inside strings as they are, and
 * backslashes of Windows paths single. So it is repaired where it does not parse, and read by its keys where quotes stand in it as
 * they are; what is none of that is all output.
 */
export const readScriptReport = (text: string): LiveResponseScriptResult => {
  const json = trimmed(text.replace(/^\uFEFF/, ''), isPadding);
  const report = parsed(json) ?? parsed(repaired(json)) ?? printed(json);
  if (report === undefined) return { scriptName: null, exitCode: null, output: withoutNuls(text), errors: '' };
  const { scriptname } = report;
  return {
    scriptName: typeof scriptname === 'string' ? scriptname : null,
    exitCode: exitCodeOf(report.exitcode),
    output: textOf(report.scriptoutput),
    errors: textOf(report.scripterrors),
  };
};

/** A report by its keys without case and underscores: those of Microsoft's exports are written in three ways. */
type Report = Readonly<Partial<Record<'scriptname' | 'exitcode' | 'scriptoutput' | 'scripterrors', unknown>>>;

/** Processes of Windows end with 32 bits, printed with or without a sign: an NTSTATUS such as 3221225786 is above 2^31. */
const exitCodeOf = (value: unknown): number | null => {
  const code =
    typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : null;
  return Number.isSafeInteger(code) ? code : null;
};

/** Without such characters at its end; a regular expression would try each run of them in the text from each of its places. */
const trimmed = (text: string, isOut: (character: string) => boolean): string => {
  let end = text.length;
  while (end > 0 && isOut(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
};

const isNul = (character: string): boolean => character === '\0';
const isPadding = (character: string): boolean => isNul(character) || character.trim() === '';

/** Consoles pad their buffer with NULs. */
const withoutNuls = (text: string): string => trimmed(text, isNul);

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return withoutNuls(typeof value === 'string' ? value : JSON.stringify(value));
};

/** The report in a value: itself, the only one of a list, or as JSON in a text. */
const reportIn = (value: unknown): Report | undefined => {
  if (typeof value === 'string') return value.startsWith('{') ? parsed(value) : undefined;
  if (Array.isArray(value)) return value.length === 1 ? reportIn(value[0]) : undefined;
  if (!isObject(value)) return undefined;
  const report: Report = Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key.toLowerCase().replaceAll('_', ''), each]),
  );
  return 'scriptoutput' in report || 'exitcode' in report ? report : undefined;
};

const parsed = (json: string): Report | undefined => {
  try {
    return reportIn(JSON.parse(json));
  } catch {
    return undefined; // Not JSON: the caller goes on with what it is.
  }
};

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escaped = (control: string): string =>
  escapes[control] ?? `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A backslash with what JSON lets it escape, or one that escapes nothing. */
const backslash = /\\(?:["\\/bfnrt]|u[0-9a-f]{4})?/gi;

/** Whether a backslash escapes nothing, which shows that none does but before a quote: of `C:\Program Files\new` the `\n` is no line break. */
const hasSingle = (json: string): boolean => {
  backslash.lastIndex = 0;
  for (let found = backslash.exec(json); found !== null; found = backslash.exec(json)) {
    if (found[0].length === 1) return true;
  }
  return false;
};

/** Inside strings control characters escaped, and single backslashes doubled. */
const repaired = (json: string): string => {
  const areSingle = hasSingle(json);
  let isInside = false;
  return json.replace(/\\[\s\S]?|["\p{Cc}]/gu, (found) => {
    if (found === '"') isInside = !isInside;
    else if (isInside && found < ' ') return escaped(found);
    else if (isInside && areSingle && found !== '\\"') {
      return [...found].map((each) => (each === '\\' ? '\\\\' : each < ' ' ? escaped(each) : each)).join('');
    }
    return found;
  });
};

/** The printed form up to its output; then what stands around its errors. */
const begin =
  /^\{\s*"script_name"\s*:\s*(?:"([^"]*)"|null)\s*,\s*"exit_code"\s*:\s*"?(-?\w*)"?\s*,\s*"script_output"\s*:\s*(?="|null)/;
const errorsBegin = /^"script_errors"\s*:\s*/;

/** What stands between the quotes of a text; null where it is not in quotes. */
const unquoted = (text: string): string | null => {
  if (text === 'null') return '';
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : null;
};

/** Read by its keys, as it was printed without any escape, or with escapes before quotes alone: its errors are behind the last. */
const printed = (json: string): Report | undefined => {
  const [head, name, code] = begin.exec(json) ?? [];
  const at = json.lastIndexOf('"script_errors"');
  if (head === undefined || at < head.length || !json.endsWith('}')) return undefined;
  const output = unquoted(json.slice(head.length, at).trimEnd().replace(/,$/, '').trimEnd());
  const errors = unquoted(json.slice(at, -1).replace(errorsBegin, '').trimEnd());
  if (output === null || errors === null) return undefined;
  const areQuotesEscaped = [output, errors].every((text) => !/(?<!\\)"/.test(text));
  const plain = (text: string): string => (areQuotesEscaped ? text.replaceAll('\\"', '"') : text);
  return { scriptname: name, exitcode: code, scriptoutput: plain(output), scripterrors: plain(errors) };
};
