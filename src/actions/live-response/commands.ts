import { InputError } from '../../errors.ts';
import type { CommandOrder } from '../../routing/actions.ts';
import { checkLength } from '../check-input.ts';
import type { LiveResponseCommandInput } from '../inputs.ts';

const fields = ['fileName', 'scriptName', 'args', 'path'] as const;
type Field = (typeof fields)[number];

/** Names and paths of Windows and a command line of it are not longer. */
const maxCharacters = { fileName: 255, scriptName: 255, args: 32_000, path: 32_000 } as const satisfies Record<
  Field,
  number
>;

type SettableType = CommandOrder['type'];

/** The order that Defender wants commands in, and what each takes. run-live-response.md */
const commandTypes = {
  PUT_FILE: { place: 0, takes: ['fileName'] },
  RUN_SCRIPT: { place: 1, takes: ['scriptName', 'args'] },
  GET_FILE: { place: 2, takes: ['path'] },
} as const satisfies Record<SettableType, { readonly place: number; readonly takes: readonly Field[] }>;

const isSettable = (type: LiveResponseCommandInput['type']): type is SettableType => Object.hasOwn(commandTypes, type);

const required = (command: LiveResponseCommandInput, field: Field, at: string): string => {
  const value = command[field];
  if (value === null || value === undefined || value.trim() === '') {
    throw new InputError(`${at}: ${command.type} needs ${field}`, { field: `${at}.${field}` });
  }
  return checkLength(`${at}.${field}`, value, maxCharacters[field]);
};

const argsOf = ({ args }: LiveResponseCommandInput, at: string): string | null =>
  args == null ? null : checkLength(`${at}.args`, args, maxCharacters.args);

const orderOf = (command: LiveResponseCommandInput, at: string): CommandOrder => {
  const { type } = command;
  if (!isSettable(type)) throw new InputError(`${at}: ${type} is no command to give`, { field: `${at}.type` });
  const taken: readonly Field[] = commandTypes[type].takes;
  for (const field of fields) {
    if (command[field] !== null && command[field] !== undefined && !taken.includes(field)) {
      throw new InputError(`${at}: ${type} takes no ${field}`, { field: `${at}.${field}` });
    }
  }
  switch (type) {
    case 'PUT_FILE':
      return { type, fileName: required(command, 'fileName', at) };
    case 'RUN_SCRIPT':
      return { type, scriptName: required(command, 'scriptName', at), args: argsOf(command, at) };
    case 'GET_FILE':
      return { type, path: required(command, 'path', at) };
  }
};

/** The commands of a session, checked: at least one, each with what it needs, in the order PUT_FILE, RUN_SCRIPT, GET_FILE. */
export const checkCommands = (commands: readonly LiveResponseCommandInput[]): readonly CommandOrder[] => {
  if (commands.length === 0) throw new InputError('commands is empty: give at least one', { field: 'commands' });
  const orders = commands.map((command, index) => orderOf(command, `commands[${index}]`));
  orders.forEach(({ type }, index) => {
    const before = orders[index - 1];
    if (before !== undefined && commandTypes[before.type].place > commandTypes[type].place) {
      throw new InputError(
        `commands[${index}]: ${type} cannot come after ${before.type}; Defender takes PUT_FILE, RUN_SCRIPT, GET_FILE in this order`,
        { field: `commands[${index}]` },
      );
    }
  });
  return orders;
};
