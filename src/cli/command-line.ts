import { type ParseArgsConfig, parseArgs } from 'node:util';
import { didYouMean } from '../config/suggest.ts';
import { asError } from '../errors.ts';
import { systemCodeOf } from '../system-code.ts';
import { UsageError } from './io.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Node's words on what it could not read, in one sentence; options that are not known name the nearest one. */
const sentenceFor = (error: unknown, options: Options): string => {
  const { message } = asError(error);
  const [, given = ''] = /^(?:Unknown option|Option) '(--?[\w-]+)/.exec(message) ?? [];
  switch (systemCodeOf(error)) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION': {
      const nearest = didYouMean(given.replace(/^-+/, ''), Object.keys(options)).replace('"', '"--');
      return `There is no option ${given}${nearest}`;
    }
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE':
      if (/does not take an argument/.test(message)) return `${given} takes no value`;
      return /ambiguous/.test(message)
        ? `${given} needs a value; one that begins with - is written with =, e.g. ${given}=-1`
        : `${given} needs a value`;
    case 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL':
      return `${/'.*?'/.exec(message)?.[0].replaceAll("'", '"') ?? 'A word'} stands alone: options begin with --`;
    default:
      return message;
  }
};

/** Options and words of a command line. Throws `UsageError` with one sentence. */
export const readCommandLine = <const O extends Options>(
  args: readonly string[],
  options: O,
  allowPositionals: boolean,
) => {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals });
  } catch (error) {
    throw new UsageError(sentenceFor(error, options), { cause: error });
  }
};

/** A port as `--port` or an environment variable gives it; `name` says which. */
export const portOf = (text: string, name: string): number => {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`${name} must be a whole number from 0 to 65535, not "${text}"`);
};
