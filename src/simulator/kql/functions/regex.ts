import { semanticFault } from '../fault.ts';

/** Longer patterns are refused: JavaScript's engine backtracks where Kusto's does not. */
const longest = 1000;

/**
 * A Kusto (RE2) pattern as a JavaScript one; leading flags such as `(?i)` are understood.
 * Throws a `KqlFault` for a pattern that does not compile.
 */
export function toRegExp(pattern: string, operator: string | null): RegExp {
  const flags = /^\(\?([imsU]+)\)/.exec(pattern);
  const body = flags === null ? pattern : pattern.slice(flags[0].length);
  const known = [...new Set(flags?.[1] ?? '')].filter((flag) => 'ims'.includes(flag)).join('');
  if (body.length > longest) throw semanticFault(operator, 'Regex pattern is too long');
  try {
    return new RegExp(body.replace(/\(\?P</g, '(?<'), known);
  } catch (cause) {
    const fault = semanticFault(operator, `Failed to parse regex pattern '${pattern}'`);
    fault.cause = cause;
    throw fault;
  }
}
