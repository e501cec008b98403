import type { FieldCost, FieldCosts } from '../access/limits.ts';

/** An act is an upstream call a target, which nothing can gather. */
const act = (targets: string): FieldCost => ({ cost: 10, sizeArguments: [`input.${targets}`] });

/** So many calls of their own, which nothing can gather: 10 points each. */
const calls = (count: number): FieldCost => ({ cost: 10 * count });

/** Where a field costs other than its objects. */
export const fieldCosts: FieldCosts = {
  'Alert.evidence': { size: 5 },
  'Machine.alerts': calls(1),
  'Machine.actions': calls(1),
  // A link and the file behind it.
  'LiveResponseCommand.script': calls(2),
  'LiveResponseCommand.file': calls(2),
  // Three APIs and the sign-in.
  'Tenant.connectivity': calls(4),
  'Query.hunt': calls(1),
  'Mutation.startTenantSignIn': calls(1),
  // The act is tried dry.
  'Mutation.requestApproval': calls(2),
  'Mutation.approveAction': calls(10),
  'Mutation.isolateMachines': act('machineIds'),
  'Mutation.releaseMachines': act('machineIds'),
  'Mutation.scanMachines': act('machineIds'),
  'Mutation.runLiveResponse': act('machineIds'),
  'Mutation.cancelMachineActions': act('actionIds'),
  'Mutation.updateIncidents': act('incidentIds'),
  'Mutation.updateAlerts': act('alertIds'),
};
