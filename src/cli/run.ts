import { didYouMean } from '../config/suggest.ts';
import { GatewayError } from '../errors.ts';
import { readCommandLine } from './command-line.ts';
import { type Command, commands } from './commands.ts';
import { helpOf, overview, programs, usageOf } from './help.ts';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './io.ts';
import { packageVersion } from './version.ts';

const options = {
  config: { type: 'string' },
  json: { type: 'boolean' },
  browser: { type: 'boolean' },
  device: { type: 'boolean' },
  'redirect-uri': { type: 'string' },
  new: { type: 'boolean' },
  'client-id': { type: 'string' },
  cloud: { type: 'string' },
  state: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  need: { type: 'string' },
  role: { type: 'string', multiple: true },
  version: { type: 'boolean', short: 'v' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** What a command or program may be called by mistake: its own name, its words the other way round, and its second word alone. */
const callings = (name: string): readonly string[] => {
  const [first = '', second] = name.split(' ');
  return second === undefined ? [first] : [name, `${second} ${first}`, second, first];
};

/** `; did you mean "key new"?` for the command that the first of `tried` resembles that resembles any. */
const meant = (tried: readonly string[]): string => {
  const names = [...commands, ...programs].map(({ name }) => name);
  const called = new Map(names.toReversed().flatMap((name) => callings(name).map((calling) => [calling, name])));
  for (const given of tried) {
    const [, calling] = /"(.*)"/.exec(didYouMean(given, [...called.keys(), 'help', 'version'])) ?? [];
    if (calling !== undefined) return `; did you mean "${called.get(calling) ?? calling}"?`;
  }
  return '';
};

/** What an unknown command is told: the commands of its first word, or the one it resembles. */
const unknown = (words: readonly string[]): UsageError => {
  const group = commands.filter(({ name }) => name.split(' ')[0] === words[0] && name !== words[0]);
  const ofGroup = group.map(({ name }) => `defender-gateway ${name}`).join(', ');
  if (group.length > 0 && words.length === 1) return new UsageError(`"${words[0]}" needs a second word: ${ofGroup}`);
  const both = words.slice(0, 2).join(' ');
  const hint = meant(group.length > 0 ? [both] : [both, words[0] ?? '']);
  const rest =
    group.length > 0
      ? `${hint === '' ? ':' : ' There are'} ${ofGroup}`
      : hint === ''
        ? ': see defender-gateway help'
        : '';
  return new UsageError(`There is no command "${words.join(' ')}"${hint}${rest}`);
};

/** The command that the words name, and what is left of them. */
const find = (words: readonly string[]): { readonly command: Command; readonly operands: readonly string[] } => {
  const [first] = commands;
  if (words.length === 0 && first !== undefined) return { command: first, operands: [] };
  for (const command of commands) {
    const own = command.name.split(' ');
    if (own.every((word, index) => words[index] === word)) return { command, operands: words.slice(own.length) };
  }
  throw unknown(words);
};

const checkUse = (
  { name, usage, operands: [least, most], options: taken }: Command,
  given: number,
  used: string[],
): void => {
  const foreign = used.find((option) => !taken.some((known) => known === option));
  if (foreign !== undefined) throw new UsageError(`"${name}" does not take --${foreign}`);
  if (given < least) throw new UsageError(`"${name}" needs ${usage.split(' ')[0]}`);
  if (given > most)
    throw new UsageError(`"${name}" takes ${most === 0 ? 'no word' : 'one word'} after it, not ${given}`);
};

/** What an operator reads: the faults of the settings, not a stack. */
const explain = (error: unknown): string => {
  if (error instanceof GatewayError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

/** What `defender-gateway help WORDS` prints. */
const helpFor = (words: readonly string[]): string => {
  if (words.length === 0) return overview(commands);
  const program = programs.find(({ name }) => name === words[0]);
  return program === undefined
    ? helpOf(find(words).command)
    : `${program.name}: ${program.summary}. Its options: defender-gateway ${program.name} --help\n`;
};

/** Runs one command line. Never rejects; `undefined`: the gateway is running. */
export const runCli = async (args: readonly string[], io: CliIo): Promise<ExitCode | undefined> => {
  let command: Command | undefined;
  try {
    const { values, positionals } = readCommandLine(args, options, true);
    const { help, version, ...given } = values;
    if (version || (positionals.length === 1 && positionals[0] === 'version')) {
      io.out(`${packageVersion()}\n`);
      return exitCodes.fine;
    }
    if (positionals[0] === 'help' || (help && positionals.length === 0)) {
      io.out(helpFor(positionals.slice(1)));
      return exitCodes.fine;
    }
    const found = find(positionals);
    command = found.command;
    if (help) {
      io.out(helpOf(command));
      return exitCodes.fine;
    }
    checkUse(command, found.operands.length, Object.keys(given));
    return await command.run({ io, options: given, operands: found.operands });
  } catch (error) {
    if (error instanceof UsageError) {
      io.err(`${error.message}\n${command === undefined ? '' : `${usageOf(command)}\n`}`);
      return exitCodes.usage;
    }
    io.err(`${explain(error)}\n`);
    return exitCodes.faulty;
  }
};
