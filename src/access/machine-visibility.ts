import type { MachineRule } from '../config/roles.ts';
import type { Machine } from '../domain/machine.ts';
import type { Grant } from './grants.ts';

/** What of a machine decides who sees it. */
export type JudgedMachine = Pick<Machine, 'machineTags' | 'rbacGroupName'>;

/** Whether a caller sees a machine; pure. */
export type MachineVisibility = (machine: JudgedMachine) => boolean;

const lowerCased = (words: readonly string[]): ReadonlySet<string> => new Set(words.map((word) => word.toLowerCase()));

const visibilityOfRule = (rule: MachineRule): MachineVisibility => {
  const groups = lowerCased(rule.machineGroups);
  const tags = lowerCased(rule.machineTags);
  return ({ machineTags, rbacGroupName }) =>
    (rbacGroupName !== null && groups.has(rbacGroupName.toLowerCase())) ||
    machineTags.some((tag) => tags.has(tag.toLowerCase()));
};

/** What several grants let see together; `null`: every machine. No grant lets see none. */
export const machineVisibilityOf = (grants: readonly Pick<Grant, 'machines'>[]): MachineVisibility | null => {
  const rules: MachineVisibility[] = [];
  for (const { machines } of grants) {
    if (machines === null) return null;
    rules.push(visibilityOfRule(machines));
  }
  return (machine) => rules.some((sees) => sees(machine));
};
