import type { MachineFilter, Matchers } from '../../domain/filters.ts';
import type { Machine } from '../../domain/machine.ts';
import { compareTimes } from '../../domain/time.ts';
import { toMde } from '../../unification/words/mde.ts';
import { compareNumber, compareText, startsWith } from '../../upstream/http/odata.ts';
import type { Push } from '../list.ts';
import { timesOf } from './times.ts';
import { asIs, oneOf } from './words.ts';

const sameText = (a: string | null, b: string): boolean => a?.toLowerCase() === b.toLowerCase();

/** What decides: the pushed conditions only narrow what Microsoft sends. */
export const machineMatchers: Matchers<MachineFilter, Machine> = {
  machineId: (machine, ids) => ids.some((id) => sameText(machine.machineId, id)),
  computerDnsName: (machine, name) => sameText(machine.computerDnsName, name),
  computerDnsNameStartsWith: (machine, start) =>
    machine.computerDnsName?.toLowerCase().startsWith(start.toLowerCase()) ?? false,
  osPlatform: (machine, values) => values.some((value) => sameText(machine.osPlatform, value)),
  healthStatus: (machine, values) => values.includes(machine.healthStatus),
  riskScore: (machine, values) => values.includes(machine.riskScore),
  exposureLevel: (machine, values) => values.includes(machine.exposureLevel),
  deviceValue: (machine, values) => values.includes(machine.deviceValue),
  onboardingStatus: (machine, values) => values.includes(machine.onboardingStatus),
  lastIpAddress: (machine, address) => sameText(machine.lastIpAddress, address),
  aadDeviceId: (machine, id) => sameText(machine.aadDeviceId, id),
  rbacGroupId: (machine, id) => machine.rbacGroupId === id,
  machineTags: (machine, tags) => tags.some((tag) => machine.machineTags.includes(tag)),
  lastSeenAfter: (machine, time) => compareTimes(machine.lastSeen, time) >= 0,
  lastSeenBefore: (machine, time) => compareTimes(machine.lastSeen, time) < 0,
};

const lastSeen = timesOf('lastSeen');

/**
 * get-machines.md. DNS names do not care for case, OData does, and Defender keeps them in lower case: `startswith` is the
 * documented form and narrows enough. Tags need a lambda that no page shows: the gateway checks them.
 */
export const mdeMachinePush: Push<MachineFilter> = {
  machineId: oneOf('id', asIs),
  computerDnsName: (name) => startsWith('computerDnsName', name.toLowerCase()),
  computerDnsNameStartsWith: (start) => startsWith('computerDnsName', start.toLowerCase()),
  osPlatform: oneOf('osPlatform', asIs),
  healthStatus: oneOf('healthStatus', toMde.healthStatus),
  riskScore: oneOf('riskScore', toMde.riskScore),
  exposureLevel: oneOf('exposureLevel', toMde.exposureLevel),
  deviceValue: oneOf('deviceValue', toMde.deviceValue),
  onboardingStatus: oneOf('onboardingStatus', toMde.onboardingStatus),
  lastIpAddress: (address) => compareText('lastIpAddress', 'eq', address),
  aadDeviceId: (id) => compareText('aadDeviceId', 'eq', id),
  rbacGroupId: (id) => (/^\d{1,9}$/.test(id) ? compareNumber('rbacGroupId', 'eq', Number(id)) : null),
  lastSeenAfter: lastSeen.after,
  lastSeenBefore: lastSeen.before,
};
