import type { Tenant } from '../config/tenants.ts';
import { goesByName } from '../domain/alert-machines.ts';
import { isMachineId } from '../domain/id-forms.ts';
import type { Machine } from '../domain/machine.ts';
import { InputError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { machineFromMde } from '../unification/machine.ts';
import { anyOf, type Condition, compareText, startsWith } from '../upstream/http/odata.ts';
import { listMachines } from '../upstream/mde/machines.ts';
import type { MdeMachine } from '../upstream/mde/wire.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { chunked } from './filter-forms.ts';
import { type FilterRows, rowMatcher } from './filters/rows.ts';
import type { ListSource } from './list-source.ts';
import { openSource } from './open-source.ts';
import { sharedRows } from './shared-rows.ts';
import { isRefused } from './taken-conditions.ts';

const mapped = sharedRows((tenant, wire: MdeMachine) => machineFromMde(tenant.name, wire));

/** Machines of Defender for Endpoint as a list; `$skip` is all there is to page by. get-machines.md */
export const machineSource = (tenant: Tenant): ListSource<MdeMachine, Machine> => ({
  api: 'mde',
  list: listMachines,
  ...mapped(tenant),
  idOf: ({ machineId }) => machineId,
  time: null,
  maxTop: 10_000,
  shortIsLast: false,
});

/** A name that several machines have: a machine that was set up anew stands beside what it was before. */
export class AmbiguousMachineError extends InputError {
  readonly among: readonly Machine[];

  constructor(name: string, among: readonly Machine[]) {
    const which = among
      .slice(0, 10)
      .map(
        ({ computerDnsName, machineId, lastSeen }) =>
          `${computerDnsName} (${machineId}${lastSeen === null ? '' : `, last seen ${lastSeen}`})`,
      );
    super(`"${name.slice(0, 80)}" is the name of ${among.length} machines: ${which.join(', ')}; name one by its id`, {
      field: 'machineId',
    });
    this.among = among;
  }
}

/** Whether a machine goes by the name: its DNS name, or the host name that its DNS name begins with; case does not count. */
export const goesBy = ({ computerDnsName }: Pick<Machine, 'computerDnsName'>, name: string): boolean =>
  goesByName(computerDnsName, name);

/** Machines whose namesakes are asked for in one question: a comparison in two cases each. */
const machinesPerCall = 10;

/** More machines than have one name. */
const mostNamesakes = 100;

/** Names of one question: two comparisons in two cases each; ASP.NET's OData takes 100 nodes a filter. */
const namesPerCall = 5;

interface ByNames {
  readonly names?: readonly string[];
}

const nameRows: FilterRows<ByNames, Machine> = {
  names: {
    isGuess: true,
    meets: (names) => (machine) => names.some((name) => goesBy(machine, name)),
    push: {
      mde: (names) => {
        const spellings = new Set(names.flatMap((name) => [name.toLowerCase(), name.toUpperCase()]));
        const [one, ...more] = [...spellings].flatMap((name) => [
          compareText('computerDnsName', 'eq', name),
          ...(name.includes('.') ? [] : [startsWith('computerDnsName', `${name}.`)]),
        ]);
        return one === undefined ? null : [anyOf([one, ...more])];
      },
    },
  },
};

/** Finds machines by their names. */
export interface MachineNames {
  /** Every machine that goes by one of the names. Calls: two for each five names; the whole list where a name is not found. */
  find(tenant: Tenant, names: readonly string[], scope: CallScope): Promise<readonly Machine[]>;
  /**
   * Machines that were found by full DNS names, and all others that have one of their names: a name alone brings one of them,
   * whichever Microsoft takes. Calls: one for each ten; where a service does not answer so, those of `find`.
   */
  namesakes(tenant: Tenant, machines: readonly Machine[], scope: CallScope): Promise<readonly Machine[]>;
  /** Ids, and ids of the machines that go by one of the names, in lower case, each once. No call for ids. */
  idsOf(tenant: Tenant, idsOrNames: readonly string[], scope: CallScope): Promise<readonly string[]>;
}

/** Names are Defender for Endpoint's to know. */
export const createMachineNames = (parts: RoutingDependencies): MachineNames => {
  const findSome = async (tenant: Tenant, names: readonly string[], scope: CallScope): Promise<Machine[]> => {
    const filter: ByNames = { names };
    const opening = { from: { kind: 'start' }, top: 100 } as const;
    const opened = await parts.routing.run(tenant, 'machines.read', scope, {
      mde: () => openSource(parts, machineSource(tenant), { tenant, scope, filter, rows: nameRows, opening }),
    });
    const rows = [...opened.page.items];
    for (let { next } = opened.page; next !== null; ) {
      const page = await next();
      rows.push(...page.items);
      next = page.next;
    }
    return rows.filter(rowMatcher(filter, nameRows) ?? (() => true));
  };

  /** What is not found beside others may be stored in mixed case: alone, its empty answer is asked again without it. */
  const findEach = async (tenant: Tenant, names: readonly string[], scope: CallScope): Promise<readonly Machine[]> => {
    const rows = await findSome(tenant, names, scope);
    const missed = names.filter((name) => !rows.some((machine) => goesBy(machine, name)));
    if (missed.length === 0 || missed.length === names.length) return rows;
    return [...rows, ...(await findSome(tenant, missed, scope))];
  };

  const find: MachineNames['find'] = async (tenant, names, scope) =>
    (await Promise.all(chunked([...new Set(names)], namesPerCall).map((some) => findEach(tenant, some, scope)))).flat();

  const namesakesOfSome = async (
    tenant: Tenant,
    machines: readonly Machine[],
    scope: CallScope,
  ): Promise<readonly Machine[]> => {
    const names = machines.flatMap(({ computerDnsName }) => computerDnsName ?? []);
    const [first = '', ...others] = new Set(names.flatMap((name) => [name, name.toLowerCase()]));
    const spelled = (name: string): Condition => compareText('computerDnsName', 'eq', name);
    const { text: filter } = anyOf([spelled(first), ...others.map(spelled)]);
    const { items } = await parts
      .send(tenant, listMachines({ filter, top: mostNamesakes }), scope)
      .catch((thrown: unknown) => {
        if (isRefused(thrown)) return { items: [] };
        throw thrown;
      });
    const rows = items.map((wire) => machineFromMde(tenant.name, wire));
    const ids = new Set(rows.map(({ machineId }) => machineId));
    // A service that answers to the condition has at least those that are known.
    return machines.every(({ machineId }) => ids.has(machineId)) ? rows : find(tenant, names, scope);
  };

  return {
    find,
    namesakes: async (tenant, machines, scope) =>
      (
        await Promise.all(chunked(machines, machinesPerCall).map((some) => namesakesOfSome(tenant, some, scope)))
      ).flat(),
    idsOf: async (tenant, idsOrNames, scope) => {
      const names = idsOrNames.filter((text) => !isMachineId(text));
      const named = names.length === 0 ? [] : await find(tenant, names, scope);
      return [
        ...new Set(
          [...idsOrNames.filter(isMachineId), ...named.map(({ machineId }) => machineId)].map((id) => id.toLowerCase()),
        ),
      ];
    },
  };
};
