import type { Tenant } from '../config/tenants.ts';
import { readAddress } from '../domain/addresses.ts';
import type { Machine } from '../domain/machine.ts';
import { asGatewayError, InputError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { machineFromMde } from '../unification/machine.ts';
import { findMachineInfoByIp, findMachinesByIp } from '../upstream/mde/machines.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { readWhole } from './every-row.ts';

const minuteMs = 60_000;

/** Machines are found by reports within a quarter of an hour of the moment, of the last 30 days. find-machines-by-ip.md */
const lookBackMs = 30 * 24 * 60 * minuteMs;
const aroundMs = 15 * minuteMs;

/** An address inside a network, and the moment at which it was a machine's. */
export interface IpAt {
  readonly ip: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Throws `BAD_USER_INPUT` for what Microsoft refuses, which saves the call. */
const checked = ({ ip: given, at }: IpAt, now: number): IpAt => {
  const ip = readAddress(given.trim());
  if (ip === null) throw new InputError(`"${given.slice(0, 80)}" is not an IP address`, { field: 'ip' });
  const moment = Date.parse(at);
  if (now - moment > lookBackMs)
    throw new InputError(`${at} is more than 30 days ago: Defender for Endpoint does not look further back`, {
      field: 'at',
    });
  if (moment - now > aroundMs) throw new InputError(`${at} is in the future`, { field: 'at' });
  return { ip, at: `${new Date(moment).toISOString().slice(0, 19)}Z` };
};

/**
 * The machines that reported the address within 15 minutes of the moment. Calls: 1. An address that nobody had is an empty list there,
 * so that a 404 says that the service has no such search: then its older form is asked, 1 call more, whose 404 is none.
 */
export const createMachinesByIp =
  ({ routing, send, clock }: Pick<RoutingDependencies, 'routing' | 'send' | 'clock'>) =>
  async (tenant: Tenant, asked: IpAt, scope: CallScope): Promise<readonly Machine[]> => {
    const moment = checked(asked, clock.now());
    const found = await routing.run(tenant, 'machines.read', scope, {
      mde: async () => {
        const read = (operation: ReturnType<typeof findMachinesByIp>) =>
          readWhole(send, tenant, operation, ({ id }) => id, scope);
        try {
          return await read(findMachinesByIp(moment));
        } catch (thrown) {
          if (asGatewayError(thrown).code !== 'NOT_FOUND') throw thrown;
          return read(findMachineInfoByIp(moment));
        }
      },
    });
    return found.map((wire) => machineFromMde(tenant.name, wire));
  };
