import type { AllowedCommands } from '../config/guardrails.ts';
import type { CommandOrder } from '../routing/actions.ts';
import { fitsGlob, isDevious } from './globs.ts';

const fitsOne = (patterns: readonly string[], text: string): boolean =>
  !isDevious(text) && patterns.some((pattern) => fitsGlob(pattern, text));

const isAllowed = (command: CommandOrder, { scripts, files, paths }: AllowedCommands): boolean => {
  switch (command.type) {
    case 'RUN_SCRIPT':
      return fitsOne(scripts, command.scriptName);
    case 'PUT_FILE':
      return fitsOne(files, command.fileName);
    case 'GET_FILE':
      return fitsOne(paths, command.path);
  }
};

/** Whether each of the commands is on the list of its kind; a script's arguments are not looked at. */
export const allAllowed = (commands: readonly CommandOrder[], allowed: AllowedCommands): boolean =>
  commands.every((command) => isAllowed(command, allowed));
