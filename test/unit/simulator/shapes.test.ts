import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createM365d } from '../../../src/simulator/m365d/product.ts';
import { createMde } from '../../../src/simulator/mde/product.ts';
import { call, contoso, record, rows } from './call.ts';

const reference = fileURLToPath(new URL('../../../../shared/reference/mde-types.json', import.meta.url));
const present = existsSync(reference);
if (!present)
  process.stdout.write('Skipped: the shapes are compared with ../shared/reference/mde-types.json, which is not here\n');

const runKql = () => ({ columns: [], rows: [] });
const mde = createMde({
  actionTimes: { pendingMs: 0, runningMs: 0, queueMs: 0 },
  links: { register: () => '/x' },
  linkOrigin: () => '',
  runKql,
});
const m365d = createM365d({ runKql });
const world = contoso();
const alert = world.alerts.find(
  ({ serviceSource, machine }) => serviceSource === 'microsoftDefenderForEndpoint' && machine !== null,
);
const alertId = String(alert?.id);
const machineId = String(alert?.machine?.id);

const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined);
const mdeList = async (id: string) => rows(await call(mde, world, id))[0];
const mdeOne = async (operation: string, id: string) => (await call(mde, world, operation, { params: { id } })).body;
const mdeFirst = async (operation: string, id: string) => first(record(await mdeOne(operation, id)).value);
const mdeAlert = async () => record(await mdeOne('getAlert', alertId));
const incident = async () => record(rows(await call(m365d, world, 'listIncidents'))[0]);
const m365dAlert = async () => record(first((await incident()).alerts));

interface Rendered {
  /** Type of the reference. */
  readonly type: string;
  readonly get: () => Promise<unknown>;
  /** Documented names that an object may lack. */
  readonly mayLack?: readonly string[];
  /** Names that no table has and answers carry all the same. */
  readonly beyond?: readonly string[];
}

/** Objects as rendered, by the type that the reference lists properties of. */
const rendered: readonly Rendered[] = [
  {
    type: 'Machine',
    get: () => mdeList('listMachines'),
    beyond: [
      'defenderAvStatus',
      'agentVersion',
      'managedBy',
      'managedByStatus',
      'isExcluded',
      'exclusionReason',
      'isPotentialDuplication',
      'mergedIntoMachineId',
      'osVersion',
      'vmMetadata',
    ],
  },
  { type: 'IpAddress', get: async () => first(record(await mdeList('listMachines')).ipAddresses), beyond: ['type'] },
  { type: 'Alert', get: mdeAlert, beyond: ['loggedOnUsers', 'domains'] },
  { type: 'AlertEvidence', get: async () => first((await mdeAlert()).evidence) },
  { type: 'AlertRelatedUser', get: async () => (await mdeAlert()).relatedUser },
  {
    type: 'MachineAction',
    get: () => mdeOne('getMachineAction', String(world.actions[0]?.id)),
    beyond: ['troubleshootInfo'],
  },
  { type: 'Investigation', get: () => mdeList('listInvestigations') },
  { type: 'Indicator', get: () => mdeList('listIndicators'), mayLack: ['educateUrl'] },
  { type: 'LibraryFile', get: () => mdeList('listLibraryFiles'), mayLack: ['parametersDescription'] },
  { type: 'User', get: () => mdeFirst('listMachineLogonUsers', machineId) },
  { type: 'File', get: () => mdeFirst('listAlertFiles', alertId) },
  { type: 'Software', get: () => mdeList('listSoftware') },
  { type: 'SoftwareDistribution', get: () => mdeFirst('listSoftwareVersionDistribution', 'microsoft-_-edge') },
  { type: 'MachineReference', get: () => mdeFirst('listSoftwareMachines', 'microsoft-_-edge') },
  { type: 'ProductFix', get: () => mdeFirst('listSoftwareMissingKbs', 'microsoft-_-windows') },
  { type: 'Vulnerability', get: () => mdeList('listVulnerabilities') },
  { type: 'PublicAssetVulnerabilityDto', get: () => mdeList('listVulnerabilitiesByMachineAndSoftware') },
  { type: 'Recommendation', get: () => mdeList('listRecommendations') },
  { type: 'RemediationTask', get: () => mdeList('listRemediationTasks') },
  { type: 'AssetSoftware', get: () => mdeList('exportSoftwareInventory') },
  { type: 'AssetVulnerability', get: () => mdeList('exportSoftwareVulnerabilities') },
  { type: 'Score', get: () => mdeList('listExposureScoreByMachineGroups') },
  { type: 'Incident', get: incident },
  { type: 'M365DAlert', get: m365dAlert },
  {
    type: 'M365DDevice',
    get: async () => first((await m365dAlert()).devices),
    beyond: ['tags', 'defenderAvStatus', 'onboardingStatus', 'vmMetadata', 'loggedOnUsers'],
  },
  { type: 'M365DEntity', get: async () => first((await m365dAlert()).entities) },
];

describe.skipIf(!present)('every rendered object has exactly the documented properties', () => {
  const types: unknown = present ? JSON.parse(readFileSync(reference, 'utf8')) : {};

  test.each(rendered)('$type', async ({ type, get, mayLack = [], beyond = [] }) => {
    const documented = Object.keys(record(record(record(types)[type]).properties));
    const shown = Object.keys(record(await get())).filter((name) => !name.startsWith('@odata'));
    const required = documented.filter((name) => !mayLack.includes(name));
    expect(shown.filter((name) => !documented.includes(name))).toEqual([...beyond]);
    expect(required.filter((name) => !shown.includes(name))).toEqual([]);
  });
});
