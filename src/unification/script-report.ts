import type { LiveResponseScriptResult } from '../domain/machine-action.ts';

/**
 * The report that a script leaves, `{ script_name, exit_code, script_output, script_errors }`. What the documentation prints
 * (get-live-response-result.md) is no valid JSON: line breaks and NUL characters stand inside strings as they are, and
 * backslashes of Windows paths single. So it is repaired where it does not parse; what cannot be repaired is all output.
 */
export const readScriptReport = (text: string): LiveResponseScriptResult => {
  const json = text.replace(/^\uFEFF/, '').replace(/[\0\s]+$/, '');
  const report = parsed(json) ?? parsed(repaired(json));
  if (report === undefined) return { scriptName: null, exitCode: null, output: withoutNuls(text), errors: '' };
  return {
    scriptName: typeof report.script_name === 'string' ? report.script_name : null,
    exitCode: exitCodeOf(report.exit_code),
    output: textOf(report.script_output),
    errors: textOf(report.script_errors),
  };
};

/** Processes of Windows end with 32 bits, printed with or without a sign: an NTSTATUS such as 3221225786 is above 2^31. */
const exitCodeOf = (value: unknown): number | null => {
  const code =
    typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : null;
  return Number.isSafeInteger(code) ? code : null;
};

/** Consoles pad their buffer with NULs. */
const withoutNuls = (text: string): string => text.replace(/\0+$/, '');

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return withoutNuls(typeof value === 'string' ? value : JSON.stringify(value));
};

const isReport = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && ('script_output' in value || 'exit_code' in value);

const parsed = (json: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(json);
    return isReport(value) ? value : undefined;
  } catch {
    return undefined; // Not JSON: the caller goes on with what it is.
  }
};

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escaped = (control: string): string =>
  escapes[control] ?? `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Inside strings: control characters escaped, and backslashes that escape nothing doubled. */
const repaired = (json: string): string =>
  // A string, up to a quote that no backslash precedes.
  json.replace(/"(?:[^"\\]|\\[\s\S])*"/g, (string) =>
    string
      .replace(/\\(?:["\\/bfnrt]|u[0-9a-f]{4})|\\/gi, (found) => (found === '\\' ? '\\\\' : found))
      .replace(/\p{Cc}/gu, (control) => (control < ' ' ? escaped(control) : control)),
  );
