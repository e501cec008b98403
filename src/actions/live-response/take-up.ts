import type { LiveResponseCommandType } from '../../domain/enums.ts';
import type { MachineAction } from '../../domain/machine-action.ts';
import { isLost } from '../results.ts';

/** What a request for live response says, and what is found under its id. */
export interface Asked {
  /** Whether it names a session. */
  readonly named: boolean;
  /** The session of that name, as far as the caller sees it; null: there is none. */
  readonly session: Pick<MachineAction, 'status' | 'commands'> | null;
  /** Whether it has all that a new session needs. */
  readonly complete: boolean;
  /** The types of the commands that it gives. */
  readonly wanted: readonly LiveResponseCommandType[];
}

/**
 * What is done about it. `TAKE_UP`: the session is watched and told. `START`: a new one is begun. `OTHER_COMMANDS`: the session is
 * of other commands than those that are wanted, so that its result would be taken for what it is not. `UNKNOWN_SESSION`: there
 * is none, and nothing to begin one with. `INPUT_MISSING`: neither an id nor all that a session needs.
 */
export type TakeUp = 'TAKE_UP' | 'START' | 'OTHER_COMMANDS' | 'UNKNOWN_SESSION' | 'INPUT_MISSING';

/**
 * The cases that Splunk SOAR's connector has: an id alone is taken up; input alone starts a session; of both the id wins, unless
 * there is no such session or it was lost; neither is an input error. Pure.
 */
export const takeUp = ({ named, session, complete, wanted }: Asked): TakeUp => {
  if (!named) return complete ? 'START' : 'INPUT_MISSING';
  if (session === null) return complete ? 'START' : 'UNKNOWN_SESSION';
  // It ended without all of its results: a new one takes its place where one can be begun.
  if (isLost(session) && complete) return 'START';
  const had = new Set(session.commands.map(({ type }) => type));
  // Of a session whose commands are not told nothing speaks against it.
  const fits = had.size === 0 || wanted.every((type) => had.has(type));
  return fits ? 'TAKE_UP' : 'OTHER_COMMANDS';
};
