import { mde } from '../../microsoft/mde/index.ts';
import { serve } from '../http/serve.ts';
import type { Route, SimRequest } from '../http/types.ts';
import type { ODataField } from '../odata/rules.ts';
import { nextLinkUnder } from '../oddities/next-link.ts';
import { stableGuid } from '../tenants.ts';
import { factsOf } from '../world/machine-facts.ts';
import { createRandom } from '../world/random.ts';
import { dayMs, isoTime } from '../world/times.ts';
import type { TenantWorld, WorldMachine } from '../world/types.ts';
import { printedOrigin } from './linked-list.ts';
import { askedPage, listRules } from './list.ts';
import { collection } from './route.ts';

/** Rows of a page without `$top` (device-health-export-antivirus-health-report-api.md). */
const defaultPage = 20;

type OsKind = 'windows' | 'mac' | 'linux';

const osKindOf = ({ osPlatform }: WorldMachine): OsKind | null => {
  if (osPlatform.startsWith('Windows')) return 'windows';
  if (osPlatform === 'macOS') return 'mac';
  return osPlatform === 'Linux' ? 'linux' : null;
};

/** Digits by the page: 0 active, 1 passive, 2 disabled, 4 EDR in block mode; some other mode is an empty text or 3. */
const otherModes = ['1', '', '3', '4', '5'] as const;

/** The state of a machine's antivirus; `null`: it has no sensor, or none of the systems that report one. */
const healthOf = (machine: WorldMachine) => {
  const osKind = osKindOf(machine);
  if (osKind === null || machine.onboardingStatus !== 'Onboarded') return null;
  const random = createRandom(`${machine.id}/antivirus`);
  const { defenderAvStatus } = factsOf(machine);
  const isUnknown = defenderAvStatus === 'Unknown';
  const isUpdated = defenderAvStatus === 'Updated';
  const told = (upToDate: boolean): string => (isUnknown ? 'Unknown' : upToDate ? 'True' : 'False');
  const seenMs = Date.parse(machine.lastSeen);
  const ago = (days: number): string => isoTime(seenMs - Math.round(days * dayMs), random);
  const hasFailed = random.chance(0.2);
  const wasScanned = random.chance(0.5);
  const isActive = defenderAvStatus !== 'Disabled' && random.chance(0.85);
  return {
    machine,
    osKind,
    id: stableGuid(`antivirus of ${machine.id}`),
    osVersion: osKind === 'windows' ? `10.0.${machine.osBuild}.${random.int(100, 4000)}` : machine.osVersion,
    avMode: defenderAvStatus === 'Disabled' ? '2' : isActive ? '0' : random.pick([...otherModes]),
    avSignatureVersion: `1.${isUpdated ? 435 : 431}.${random.int(1, 900)}.0`,
    avEngineVersion: isUpdated ? '1.1.25080.5' : '1.1.25060.6',
    avPlatformVersion: isUpdated ? '4.18.25080.5' : '4.18.25060.7',
    quickScanResult: random.chance(0.1) ? '' : hasFailed ? 'Failed' : 'Completed',
    quickScanError: hasFailed ? '0x80508023' : null,
    quickScanTime: ago(random.int(1, 48) / 24),
    fullScanResult: !wasScanned ? '' : random.pick(['Completed', 'Completed', 'Canceled', 'Failed']),
    fullScanError: wasScanned && hasFailed ? '0x8050800c' : null,
    fullScanTime: wasScanned ? ago(random.int(2, 20)) : null,
    avIsSignatureUpToDate: told(isUpdated),
    avIsEngineUpToDate: told(isUpdated || random.chance(0.5)),
    avIsPlatformUpToDate: told(isUpdated || random.chance(0.5)),
    avSignatureUpdateTime: ago(isUpdated ? 0.2 : 9),
    avEngineUpdateTime: ago(isUpdated ? 5 : 40),
    avPlatformUpdateTime: ago(isUpdated ? 6 : 41),
    avSignaturePublishTime: ago(isUpdated ? 0.4 : 10),
  };
};

type Health = NonNullable<ReturnType<typeof healthOf>>;

/** The states of an estate, in the order of its machines. */
export const antivirusOf = ({ machines }: TenantWorld): readonly Health[] =>
  machines.flatMap((machine) => healthOf(machine) ?? []);

/** `DeviceAvInfo` as device-health-api-methods-properties.md prints it. */
export const antivirusShape = ({ machine, ...health }: Health, now: Date): Readonly<Record<string, unknown>> => ({
  ...health,
  machineId: machine.id,
  computerDnsName: machine.computerDnsName,
  osPlatform: machine.osPlatform,
  lastSeenTime: machine.lastSeen,
  dataRefreshTimestamp: isoTime(now.getTime()),
  rbacGroupName: machine.rbacGroupName,
  rbacGroupId: machine.rbacGroupId,
});

const text = <Name extends keyof Health>(name: Name & string): ODataField<Health> => ({
  name,
  type: 'string',
  of: (health) => {
    const value = health[name];
    return typeof value === 'string' ? value : null;
  },
});

/** The properties that device-health-export-antivirus-health-report-api.md lets a filter name; `id` is not among them. */
const fields: readonly ODataField<Health>[] = [
  { name: 'machineId', type: 'id', of: ({ machine }) => machine.id },
  { name: 'computerDnsName', type: 'string', of: ({ machine }) => machine.computerDnsName },
  { name: 'osKind', type: 'enum', members: ['windows', 'mac', 'linux'], of: ({ osKind }) => osKind },
  { name: 'osPlatform', type: 'string', of: ({ machine }) => machine.osPlatform },
  text('osVersion'),
  text('avMode'),
  text('avSignatureVersion'),
  text('avEngineVersion'),
  text('avPlatformVersion'),
  text('quickScanResult'),
  text('quickScanError'),
  text('fullScanResult'),
  text('fullScanError'),
  text('avIsSignatureUpToDate'),
  text('avIsEngineUpToDate'),
  text('avIsPlatformUpToDate'),
  { name: 'rbacGroupId', type: 'number', of: ({ machine }) => machine.rbacGroupId },
];

const rules = listRules(fields, defaultPage, { options: ['$filter', '$top', '$skip', '$select', '$count'] });

/** Without `$top` twenty rows and a link; with it as many as it says. */
const answer = (request: SimRequest) => {
  const page = askedPage(request, antivirusOf(request.tenant), rules);
  const next = page.skip + page.items.length;
  const query = new URLSearchParams(request.query);
  query.set('$skip', String(next));
  const path = `${request.path}?${query.toString().replaceAll('%24', '$')}`;
  const link =
    page.topGiven || next >= page.total
      ? null
      : nextLinkUnder(request.oddities.values, request.origin, printedOrigin, path);
  return collection(
    request,
    'DeviceAvInfo',
    page.items.map((health) => antivirusShape(health, request.now)),
    link === null ? {} : { '@odata.nextLink': link },
  );
};

/** The antivirus of the estate's machines (device-health-export-antivirus-health-report-api.md). */
export const deviceHealthRoutes = (): readonly Route[] => [serve(mde.listDeviceAvInfo, answer)];
