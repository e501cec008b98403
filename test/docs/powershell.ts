/** A program of PowerShell as far as it can be looked at without PowerShell: its texts, its brackets, its commands. */
export interface Script {
  /** What cannot be read, e.g. a quote that is not closed; empty when all can. */
  readonly faults: readonly string[];
  /** The code without comments, and without what stands in texts but for what `$( )` in them runs. */
  readonly code: string;
  /** What stands between `@'` and `'@`. */
  readonly hereStrings: readonly string[];
  readonly calls: readonly Call[];
}

/** A command with the names of its parameters. */
export interface Call {
  readonly name: string;
  readonly parameters: readonly string[];
}

const closing: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']' };

/** Texts and comments, each from its first sign on: https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules */
const whole: readonly (readonly [begins: RegExp, ends: RegExp, what: string])[] = [
  [/^@'[ \t]*\n/, /\n'@/, "a here-string @'"],
  [/^@"[ \t]*\n/, /\n"@/, 'a here-string @"'],
  [/^<#/, /#>/, 'a comment <#'],
  [/^'/, /^(?:[^']|'')*'/, "a text '"],
];

/** What `$( ... )` in a double-quoted text runs, and where the text ends; `null`: it does not end. */
const doubleQuoted = (text: string): { readonly length: number; readonly inner: string } | null => {
  let depth = 0;
  let inner = '';
  for (let at = 1; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (sign === '`') at += 1;
    else if (depth === 0 && sign === '"') return { length: at + 1, inner };
    else if (text.startsWith('$(', at)) {
      depth += 1;
      at += 1;
      inner += ' ';
    } else if (depth > 0 && sign === '(') depth += 1;
    else if (depth > 0 && sign === ')') depth -= 1;
    else if (depth > 0) inner += sign;
  }
  return null;
};

/** The words of one command: up to the end of its statement, or to the pipe or bracket behind it. */
const callsIn = (code: string): readonly Call[] =>
  [...code.matchAll(/(?<![\w$-])([A-Z]\w+-[A-Z]\w+)\b(?!\()/g)].map(({ 1: name = '', index }) => {
    let depth = 0;
    let own = '';
    for (const sign of code.slice(index + name.length)) {
      if (sign in closing) depth += 1;
      else if (')}]'.includes(sign)) depth -= 1;
      if (depth < 0 || (depth === 0 && /[|;\n]/.test(sign))) break;
      // What stands in brackets is of other commands.
      own += depth > 0 ? ' ' : sign;
    }
    return { name, parameters: [...own.matchAll(/\s-([A-Za-z]\w*)/g)].map(([, parameter = '']) => parameter) };
  });

/** Reads a program. */
export const readScript = (text: string): Script => {
  const faults: string[] = [];
  const hereStrings: string[] = [];
  const open: string[] = [];
  let code = '';
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const sign = rest[0] ?? '';
    const found = whole.find(([begins]) => begins.test(rest));
    const [begin = ''] = found?.[0].exec(rest) ?? [];
    if (found !== undefined) {
      // The first line of a here-string may be its last.
      const from = begin.length - (begin.endsWith('\n') ? 1 : 0);
      const end = found[1].exec(rest.slice(from));
      if (end === null) return { faults: [...faults, `${found[2]} is not closed`], code, hereStrings, calls: [] };
      const inside = rest.slice(begin.length, from + end.index);
      if (begin.startsWith('@')) hereStrings.push(inside);
      code += ' ""';
      at += from + end.index + end[0].length;
    } else if (sign === '"') {
      const quoted = doubleQuoted(rest);
      if (quoted === null) return { faults: [...faults, 'a text " is not closed'], code, hereStrings, calls: [] };
      code += ` "" (${quoted.inner}) `;
      at += quoted.length;
    } else if (sign === '#' && /(^|[\s;({])$/.test(text.slice(0, at))) at += rest.search(/\n|$/);
    else {
      if (sign in closing) open.push(closing[sign] ?? '');
      else if (')}]'.includes(sign) && open.pop() !== sign) faults.push(`"${sign}" closes nothing`);
      code += sign;
      at += 1;
    }
  }
  if (open.length > 0) faults.push(`${open.join(' ')} is missing`);
  return { faults, code, hereStrings, calls: callsIn(code) };
};
