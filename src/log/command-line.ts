import { createHash } from 'node:crypto';
import { isSecretOption } from './secret-names.ts';

/**
 * Secrets in command lines, as scripts get them: `-Password hunter2`, `/pass:hunter2`, `--token=...`, `Pwd=...;`,
 * `ConvertTo-SecureString 'hunter2'`, blobs of base64. A value that bears no name and looks like any word cannot be known for a
 * secret. Everything is linear in the text.
 */

const masked = (value: string): string => `[redacted: ${value.length} characters]`;

/** An option or variable, with the sign before it. */
const name = /(?:(?<![\p{L}\p{N}_-])|(?<=%[\da-f]{2}))(--?|\u2013|\u2014|\/)?(\p{L}[\p{L}\p{N}_.-]*)/giu;

/** Between a name and its value. */
const separator = /\\?["']?\s*(?::=|=>|:|=|%3[ad])\s*/iy;
/** A backtick at the end of a line goes on with the next in PowerShell. */
const space = /["'](?:\s*),\s*|["']?(?:\s|`(?=\s))+/y;
/** Options that `ConvertTo-SecureString` may have before its text. */
const beforeText = /(?:\s+-(?:AsPlainText|Force|String)\b)*\s+/iy;

/** Text in quotes, and what does not end it: an escape by `\` or a backtick, a doubled quote. What is not closed reaches to the end. */
const quoted = '"(?:[^"\\\\`]|\\\\.|`[^]|"")*"?|\'(?:[^\']|\'\')*\'?';
const credentials = '(?:Bearer|Basic|Negotiate|NTLM|Digest)\\s+\\S+';
/** What a shell works out first: `$(...)`, `(...)`, with parentheses within. */
const computed = '\\((?:[^()]|\\([^()]*\\))*\\)?';

/** A value behind an option reaches to the next space, of text in quotes and parentheses beside each other. */
const optionValue = new RegExp(`${credentials}|(?:${quoted}|${computed}|[^\\s"'(])+`, 'iy');
/** Behind a name of a connection string, a structure or a URL it reaches to `;` or `&` as well. */
const listedValue = new RegExp(`${credentials}|\\\\?(?:${quoted})|\\$?${computed}|[^\\s;&]+`, 'iy');

const anotherOption = /^(?:--?|\/)[A-Za-z]/;

const matchAt = (pattern: RegExp, text: string, index: number): string | null => {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0] ?? null;
};

interface Value {
  readonly start: number;
  readonly end: number;
}

/** Names that need no sign before them where the whole text is of arguments: `user bob password hunter2`. */
const plainName = /^(?:password|passwd|pwd|pass|passphrase|passwort|kennwort|contraseña|senha)$/iu;

/** A name that was found, and how the text is to be read. */
interface Named {
  readonly end: number;
  readonly sign: string | undefined;
  readonly word: string;
  /** Whether the text is arguments and nothing else. */
  readonly isArguments: boolean;
}

/** Where the value of a name stands; null: it has none. */
const valueBehind = (text: string, { end, sign, word, isArguments }: Named): Value | null => {
  const value = (start: number, pattern: RegExp): Value | null => {
    const found = matchAt(pattern, text, start);
    return found === null ? null : { start, end: start + found.length };
  };
  if (/securestring$/i.test(word)) {
    const gap = matchAt(beforeText, text, end);
    return gap === null ? null : value(end + gap.length, optionValue);
  }
  const sep = matchAt(separator, text, end);
  if (sep !== null) return value(end + sep.length, sign === undefined ? listedValue : optionValue);
  const gap = sign === undefined && !(isArguments && plainName.test(word)) ? null : matchAt(space, text, end);
  if (gap === null) return null;
  const found = value(end + gap.length, optionValue);
  return found === null || anotherOption.test(text.slice(found.start, found.end)) ? null : found;
};

const maskNamed = (text: string, isArguments: boolean): string => {
  const parts: string[] = [];
  let from = 0;
  name.lastIndex = 0;
  for (let match = name.exec(text); match !== null; match = name.exec(text)) {
    const [whole, sign, word = ''] = match;
    if (!isSecretOption(word) && !/securestring$/i.test(word)) continue;
    const value = valueBehind(text, { end: match.index + whole.length, sign, word, isArguments });
    if (value === null) continue;
    parts.push(text.slice(from, value.start), masked(text.slice(value.start, value.end)));
    from = value.end;
    name.lastIndex = from;
  }
  return from === 0 ? text : parts.join('') + text.slice(from);
};

/** Forms in which the secret bears no name. Each is linear: runs are of one kind and bounded by another. */
const forms: readonly RegExp[] = [
  // net user NAME PASSWORD, net use [X:] \\SERVER\SHARE PASSWORD
  /(\bnet1?(?:\.exe)?\s+user\s+[^\s/]\S*\s+)(?!\/)(\S+)/gi,
  /(\bnet1?(?:\.exe)?\s+use\s+(?:\S{1,3}\s+)?\\\\\S+\s+)(?!\/)(\S+)/gi,
  // net use \\\\SERVER\\SHARE /user:NAME PASSWORD
  /(\bnet1?(?:\.exe)?\s+use\s+(?:\S{1,3}\s+)?\\\\\S{1,260}\s+\/u(?:ser)?:\S{1,260}\s+)(?!\/)()(\S+)/gi,
  // curl -uNAME:PASSWORD
  /(\bcurl(?:\.exe)?\s(?:[^|;&]{0,100}?\s)?-u)(?!rl\b)()([^\s:"']{1,100}:[^\s"']+)/gi,
  // NetworkCredential('NAME', 'PASSWORD'), PSCredential "NAME", "PASSWORD"
  /((?:Network|PS)Credential\]?(?:::new)?\s*\(?\s*(?:"[^"]{0,200}"|'[^']{0,200}')\s*,\s*)()("[^"]*"|'[^']*')/gi,
  // Set-ItemProperty -Name DefaultPassword -Value PASSWORD, reg add /v DefaultPassword /d PASSWORD
  /((?:-Name|\/v)\s+["']?\w{0,40}(?:password|passwd|pwd|secret|token)\w{0,20}["']?\s(?:[^|;&]{0,60}?\s)?(?:-Value|\/d)\s+)()("[^"]*"|'[^']*'|\S+)/gi,
  // curl -u NAME:PASSWORD
  /((?<!\S)(?:-u|--user|--proxy-user)[=\s]\s*["']?[^\s:"']+:)()([^\s"']+)/gi,
  // smbclient -U NAME%PASSWORD
  /((?<!\S)(?:-U|--user)[=\s]\s*["']?[^\s%"']+%)()([^\s"']+)/g,
  // mysql -pPASSWORD, sshpass -pPASSWORD, 7z -pPASSWORD, rar -hpPASSWORD
  /(\b(?:mysql\w*|mariadb\w*|sshpass|7z[ar]?|(?:un)?rar|(?:un)?zip)(?:\.exe)?["']?\s(?:[^|;&]{0,100}?\s)?-h?p)()([^\s-]\S*)/gi,
  // <password>hunter2</password>
  /(<[^<>]{0,100}(?:password|passwd|pwd|secret|token)[^<>]{0,100}>)()([^<]+)/gi,
  // Client secrets of Entra, and tokens of GitHub, Slack and AWS: they are known by their own form.
  /()()((?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}|\bgh[pousr]_\w{36,}|\bgithub_pat_\w{30,}|\bxox[abprs]-[\w-]{10,}|\bAKIA[A-Z0-9]{16}\b)/g,
  // scheme://NAME:PASSWORD@HOST
  /(\/\/[^\s/:@]+:)()([^\s/@]+)(?=@)/g,
];

const maskForms = (text: string): string =>
  forms.reduce(
    (rest, form) =>
      rest.replace(form, (_whole, before: string, ...groups) => {
        const secret = [...groups].find((group): group is string => typeof group === 'string' && group !== '') ?? '';
        return before + masked(secret);
      }),
    text,
  );

const blob = /(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{40,}={0,2}/g;

/** Base64 mixes letters of both cases with digits; hashes are hex, and paths have short parts. */
const isBlob = (text: string): boolean =>
  !/^[0-9a-f-]+$/i.test(text) &&
  /[a-z]/.test(text) &&
  /[A-Z]/.test(text) &&
  /[0-9]/.test(text) &&
  text.split(/[/_-]/).some((part) => part.length >= 24);

/** What a blob was can be told by its hash, when somebody has it. */
const maskBlobs = (text: string): string =>
  text.replace(blob, (found) =>
    isBlob(found)
      ? `[redacted: ${found.length} characters, SHA-256 ${createHash('sha256').update(found).digest('hex')}]`
      : found,
  );

/** A command line, or any text that may hold one, with what looks like a secret masked. */
export const redactCommandLine = (text: string): string => maskBlobs(maskForms(maskNamed(text, false)));

/** The same of text that is arguments and nothing else. */
export const redactArguments = (text: string): string => maskBlobs(maskForms(maskNamed(text, true)));

/** Words of a command line apart: what stands behind an option of a secret's name is masked. */
export const redactWords = (words: readonly string[]): readonly string[] =>
  words.map((word, index) => {
    const before = /^(?:--?|\/)([A-Za-z][\w.-]*)$/.exec(words[index - 1] ?? '')?.[1];
    const isValue = before !== undefined && isSecretOption(before) && !anotherOption.test(word);
    return isValue ? masked(word) : redactCommandLine(word);
  });
