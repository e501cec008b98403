import type { GuardrailConditions } from '../config/guardrails.ts';
import { type Matchers, matcherOf } from '../domain/filters.ts';
import type { Machine } from '../domain/machine.ts';
import type { CommandOrder } from '../routing/actions.ts';
import { allAllowed } from './commands.ts';
import { isWithin } from './hours.ts';

/** What an action is judged by. */
export interface Facts {
  /** The tenant's configured name. */
  readonly tenant: string;
  /** Null for actions that have none: no condition on machines is met by it. */
  readonly machine: Machine | null;
  /** Distinct targets of the mutation. */
  readonly targets: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Of a live response session; empty for all else. */
  readonly commands: readonly CommandOrder[];
}

const isOneOf = (word: string | null | undefined, words: readonly string[]): boolean =>
  word !== null && word !== undefined && words.includes(word.toLowerCase());

/** One row per condition. Words of the settings are in lower case. */
const conditions: Matchers<GuardrailConditions, Facts> = {
  machineTags: ({ machine }, tags) => machine?.machineTags.some((tag) => isOneOf(tag, tags)) === true,
  machineGroups: ({ machine }, groups) => isOneOf(machine?.rbacGroupName, groups),
  deviceValue: ({ machine }, values) => isOneOf(machine?.deviceValue, values),
  osPlatform: ({ machine }, platforms) => isOneOf(machine?.osPlatform, platforms),
  tenants: ({ tenant }, names) => names.includes(tenant),
  maxTargets: ({ targets }, most) => targets > most,
  outsideHours: ({ now }, hours) => !isWithin(hours, now),
  duringHours: ({ now }, hours) => isWithin(hours, now),
  unlessCommands: ({ commands }, allowed) => !allAllowed(commands, allowed),
};

/** Whether all conditions are met. */
export const allHold = (when: GuardrailConditions, facts: Facts): boolean =>
  matcherOf(when, conditions)?.(facts) ?? true;

/** Whether those conditions are met that can be told without the machine. */
export const mayHold = (when: GuardrailConditions, facts: Facts): boolean => {
  const { machineTags, machineGroups, deviceValue, osPlatform, ...others } = when;
  return allHold(others, facts);
};

/** Whether the machine has to be read to tell. */
export const needsMachine = ({ machineTags, machineGroups, deviceValue, osPlatform }: GuardrailConditions): boolean =>
  [machineTags, machineGroups, deviceValue, osPlatform].some((condition) => condition !== undefined);
