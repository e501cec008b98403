import { mde } from '../../microsoft/mde/index.ts';
import { objectBody, oneOf, requiredText, requiredTexts } from '../defender/body.ts';
import { refusals } from '../defender/fault.ts';
import { serve } from '../http/serve.ts';
import type { Route } from '../http/types.ts';
import type { WorldMachine } from '../world/types.ts';
import { machineNamed, machineShape } from './machine-shape.ts';
import { answerMachine } from './machines.ts';
import { collection, param } from './route.ts';

type TagChange = (machine: WorldMachine) => void;

/** Reads `Value` and `Action`: both keys begin with a capital (add-or-remove-machine-tags.md). */
function readTagChange(value: unknown): TagChange {
  const body = objectBody(value);
  const tag = requiredText(body, 'Value');
  const action = oneOf(requiredText(body, 'Action'), 'Action', ['Add', 'Remove']);
  return (machine) => {
    const others = machine.machineTags.filter((existing) => existing !== tag);
    machine.machineTags = action === 'Add' ? [...others, tag] : others;
  };
}

/** Tags: on one machine, on up to 500, and finding by them. */
export function machineTagRoutes(): readonly Route[] {
  return [
    serve(mde.addOrRemoveMachineTags, (request) => {
      const machine = machineNamed(request, param(request, 'id'));
      readTagChange(request.body)(machine);
      return answerMachine(request, machine);
    }),
    serve(mde.addOrRemoveTagForMultipleMachines, (request) => {
      const change = readTagChange(request.body);
      const ids = requiredTexts(objectBody(request.body), 'MachineIds');
      const machines = ids.map((id) => machineNamed(request, id));
      for (const machine of machines) change(machine);
      return collection(request, 'Machines', machines.map(machineShape));
    }),
    serve(mde.findMachinesByTag, (request) => {
      const tag = request.query.get('tag');
      if (tag === null || tag === '') throw refusals.missing('tag');
      const byStart = request.query.get('useStartsWithFilter') === 'true';
      const fits = (own: string): boolean => (byStart ? own.startsWith(tag) : own === tag);
      const found = request.tenant.machines.filter((machine) => machine.machineTags.some(fits));
      return collection(request, 'Machines', found.map(machineShape));
    }),
  ];
}
