import type { FieldCost, FieldCosts } from '../access/limits.ts';

/** An act is an upstream call a target, which nothing can gather. */
const act = (targets: string): FieldCost => ({ cost: 10, sizeArguments: [`input.${targets}`] });

/** Where a field costs other than its objects. */
export const fieldCosts: FieldCosts = {
  'Alert.evidence': { size: 5 },
  'Machine.alerts': { cost: 10 },
  'Machine.actions': { cost: 10 },
  'Mutation.isolateMachines': act('machineIds'),
  'Mutation.releaseMachines': act('machineIds'),
  'Mutation.scanMachines': act('machineIds'),
  'Mutation.runLiveResponse': act('machineIds'),
  'Mutation.cancelMachineActions': act('actionIds'),
  'Mutation.updateIncidents': act('incidentIds'),
  'Mutation.updateAlerts': act('alertIds'),
};
