import type { Context } from '../src/context.ts';
import type { Machine as DomainMachine } from '../src/domain/machine.ts';
import { type MachineStateName, type MachineStates, stateOfMachine } from '../src/domain/machine-state.ts';
import { countedAlerts } from '../src/entities/alert-count.ts';
import { ipAtKey } from '../src/entities/edges.ts';
import type { EntityKey } from '../src/entities/entity.ts';
import type { LogonUser as DomainLogonUser } from '../src/entities/logon-user.ts';
import { askedKey } from '../src/entities/look-back.ts';
import type { LogonUserResolvers, MachineResolvers, QueryResolvers } from '../src/generated/graphql.ts';

const isolationWords = {
  ON: 'ISOLATED',
  OFF: 'NOT_ISOLATED',
  TURNING_ON: 'ISOLATION_PENDING',
  TURNING_OFF: 'RELEASE_PENDING',
  UNKNOWN: 'UNKNOWN',
} as const;

const restrictionWords = {
  ON: 'RESTRICTED',
  OFF: 'NOT_RESTRICTED',
  TURNING_ON: 'RESTRICTION_PENDING',
  TURNING_OFF: 'RELEASE_PENDING',
  UNKNOWN: 'UNKNOWN',
} as const;

const keyOf = ({ tenant, machineId }: DomainMachine): EntityKey => ({ tenant, id: machineId });

const wordOf = <Word>(
  name: MachineStateName,
  words: Readonly<Record<ReturnType<typeof stateOfMachine>, Word>>,
  states: MachineStates | null,
  machine: DomainMachine,
): Word | null => (states === null ? null : words[stateOfMachine(name, states, machine)]);

export const machineQueries: Pick<QueryResolvers, 'machinesByIp'> = {
  machinesByIp: async (_, { tenant, ip, at, ...asked }, { access, edges, pageOf }) => {
    const of = access.tenant(tenant);
    const id = ipAtKey({ ip, at });
    const { rows, truncation } = await edges.load('Tenant.machinesByIp', { tenant: of.name, id });
    return {
      ...pageOf(rows, asked, ({ machineId }) => machineId, { list: 'machinesByIp', tenant: of, id }),
      truncation,
    };
  },
};

/** What a machine is by its actions, and how many alerts it has; all else comes from its row. */
export const Machine: Pick<MachineResolvers, 'alertCount' | 'isolationState' | 'restrictedState'> = {
  alertCount: async (machine, { isOpen }, { access, edges }) => {
    const where = access.tenant(machine.tenant);
    access.requireInPart('alert:read', where);
    const sees = access.machineVisibility('alert:read', where);
    if (sees !== null && !sees(machine)) return null;
    const { tenant, id } = keyOf(machine);
    const key = { tenant, id: askedKey(id, countedAlerts(isOpen)) };
    return (await edges.load('Tenant.alertCountOfMachine', key)).rows[0] ?? null;
  },
  isolationState: async (machine, _, { loaders }) =>
    wordOf('isolation', isolationWords, await loaders.statesOfMachine(keyOf(machine)), machine),
  restrictedState: async (machine, _, { loaders }) =>
    wordOf('restriction', restrictionWords, await loaders.statesOfMachine(keyOf(machine)), machine),
};

/** What tells of other machines is for those who may know how many of the whole tenant somebody is seen on. */
const ofTenant =
  <T>(told: (user: DomainLogonUser) => T) =>
  (user: DomainLogonUser, _: unknown, { access }: Pick<Context, 'access'>): T | null =>
    access.holds('prevalence:read', access.tenant(user.tenant)) ? told(user) : null;

/** All else comes from its row. */
export const LogonUser: Pick<
  LogonUserResolvers,
  'logOnMachinesCount' | 'mostPrevalentMachineId' | 'leastPrevalentMachineId'
> = {
  logOnMachinesCount: ofTenant(({ logOnMachinesCount }) => logOnMachinesCount),
  mostPrevalentMachineId: ofTenant(({ mostPrevalentMachineId }) => mostPrevalentMachineId),
  leastPrevalentMachineId: ofTenant(({ leastPrevalentMachineId }) => leastPrevalentMachineId),
};
