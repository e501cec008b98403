/** A value of Python: text, or where it comes from in MSTICPy's own form. */
type PythonValue = string | { readonly EnvironmentVar: string };

/** Text of Python, with its prefix and in either kind of quotes; three quotes are read as one. */
const literal = /[rfbuRFBU]{0,2}(?:"""([\s\S]*?)"""|'''([\s\S]*?)'''|"((?:\\.|[^"\\\n])*)"|'((?:\\.|[^'\\\n])*)')/;

/** Pieces of text with nothing but blanks between them are one, as Python reads them. */
const joined = new RegExp(`(?:${literal.source}\\s*)+`, 'g');

const plain = (text: string): string => text.replace(/\\(["'\\])/g, '$1');

const contentOf = (pieces: string): string =>
  [...pieces.matchAll(new RegExp(literal.source, 'g'))]
    .map(([, ...found]) => plain(found.find((one) => one !== undefined) ?? ''))
    .join('');

/** `os.environ["NAME"]`, `os.environ.get('NAME')`, `os.getenv("NAME")`. */
const environment = /^os\.(?:environ\s*\[|environ\.get\(|getenv\()\s*["']([^"']+)["']/;

/** `name = value`, or `"name": value`, as arguments of a call or entries of a dictionary are written. */
const pair = /(?:["']([A-Za-z_]\w*)["']\s*:|\b([A-Za-z_]\w*)\s*=(?!=))\s*([^\s].*)/g;

const leading = new RegExp(`^(?:${literal.source}\\s*)+`);

const pythonValue = (text: string, variables: ReadonlyMap<string, PythonValue>): PythonValue => {
  const [, variable] = environment.exec(text) ?? [];
  if (variable !== undefined) return { EnvironmentVar: variable };
  const [pieces] = leading.exec(text) ?? [];
  if (pieces !== undefined) return contentOf(pieces);
  return variables.get(/^[A-Za-z_]\w*/.exec(text)?.[0] ?? '') ?? '';
};

const withoutComments = (text: string): string => text.replace(/^\s*#.*$/gm, '');

/** What is given to names at the beginning of a line: `tenant = "..."`. */
const variablesOf = (text: string): ReadonlyMap<string, PythonValue> => {
  const found = new Map<string, PythonValue>();
  for (const [, name = '', value = ''] of text.matchAll(/^\s*([A-Za-z_]\w*)\s*=\s*(["'rfbu].*|os\..*)$/gm)) {
    found.set(name, pythonValue(value.trim(), found));
  }
  return found;
};

/** The texts of a Python program, pieces that belong together joined, and `{name}` in them replaced where its text is known. */
export const pythonTexts = (text: string): readonly string[] => {
  const program = withoutComments(text);
  const variables = variablesOf(program);
  return (program.match(joined) ?? []).map((pieces) =>
    contentOf(pieces).replace(/\{([A-Za-z_]\w*)\}/g, (whole, name: string) => {
      const value = variables.get(name);
      return typeof value === 'string' ? value : whole;
    }),
  );
};

/**
 * The arguments of each call, or entries of each dictionary, that name a tenant; values that are computed are empty. What is in a
 * text that `isRead` is told already.
 */
export const pythonArguments = (
  text: string,
  isRead: (text: string) => boolean,
): readonly Readonly<Record<string, PythonValue>>[] => {
  const program = withoutComments(text).replace(joined, (pieces) => (isRead(contentOf(pieces)) ? '""' : pieces));
  const variables = variablesOf(program);
  const groups = program.match(/[({](?:[^(){}"']|"[^"\n]*"|'[^'\n]*'|\([^()]*\))*[)}]/g) ?? [];
  return groups.flatMap((group) => {
    const parts = group.slice(1, -1).replaceAll(/,(?=\s*["']?[A-Za-z_]\w*["']?\s*[=:])/g, '\n');
    const entries = [...parts.matchAll(pair)].map(
      ([, key, name, value = '']) => [key ?? name ?? '', pythonValue(value.trim(), variables)] as const,
    );
    const names = entries.map(([name]) => name.toLowerCase().replaceAll('_', ''));
    return names.includes('tenantid') ? [Object.fromEntries(entries)] : [];
  });
};
