import { mde } from '../../microsoft/mde/index.ts';
import { objectBody, requiredTexts } from '../defender/body.ts';
import { notFound } from '../defender/fault.ts';
import { serve } from '../http/serve.ts';
import type { Route } from '../http/types.ts';
import { stableGuid } from '../tenants.ts';
import { dayMs, isoTime } from '../world/times.ts';
import type { TenantWorld } from '../world/types.ts';
import { answerList, listRules } from './list.ts';
import { collection, entity, param } from './route.ts';
import { scanWriteRoutes } from './scan-changes.ts';
import { scanAgentsOf, scanDefinitionsOf } from './scan-estate.ts';

export { scanAgentsOf, scanDefinitionsOf } from './scan-estate.ts';

/** Runs of a definition, a day apart (Get-scan-history-by-definition.md). */
export const scanRunsOf = (world: TenantWorld, ids: readonly string[]) =>
  scanDefinitionsOf(world)
    .filter(({ id }) => ids.includes(id))
    .flatMap(({ id, scannerAgent, latestScan: { status, executionDateTime } }) =>
      // One that was made just now has not run.
      (executionDateTime === null ? [] : [2, 0, 1]).map((days) => ({
        ScanDefinitionIds: id,
        LastScanned: isoTime(Date.parse(executionDateTime ?? '') - days * dayMs),
        ScanStatus: days === 0 ? status : 'Partial Success',
        ScannerId: scannerAgent.machineId,
      })),
    );

/** The last session of each definition, with its targets (Get-scan-history-by-session.md); one alone is printed without brackets. */
export const scanSessionsOf = (world: TenantWorld) =>
  scanDefinitionsOf(world)
    .filter(({ latestScan }) => latestScan.executionDateTime !== null)
    .map(({ id, orgId, target, targetType, latestScan: { status, failureReason, executionDateTime } }) => {
      const targets = target.split(',').map((name, place) => ({
        Ip: targetType === 'Ip' ? name : null,
        Hostname: targetType === 'Ip' ? null : name,
        ScannedDeviceDescription: place === 0 ? 'Cisco IOS 15.2' : null,
        ErrorMessage: failureReason,
        ScanStatus: status,
        ScanDuration: '00:01:12',
      }));
      return {
        orgId,
        ScanDefinitionIds: id,
        SessionIds: stableGuid(`session of ${id}`),
        NumberOfSuccessfullyScannedTargets: failureReason === null ? targets.length : 0,
        NumberOfTargets: targets.length,
        ScanStatus: status,
        LastScanned: executionDateTime,
        ListScannedTargets: targets.length === 1 ? targets[0] : targets,
      };
    });

const runRules = listRules<ReturnType<typeof scanRunsOf>[number]>([], 4096, {
  options: ['$top', '$skip'],
  maxTop: 4096,
});

/** Authenticated scans: definitions, agents and what they did. */
export const scanRoutes = (): readonly Route[] => [
  ...scanWriteRoutes(),
  serve(mde.listScanDefinitions, (request) =>
    collection(request, 'DeviceAuthenticatedScanDefinitions', scanDefinitionsOf(request.tenant)),
  ),
  serve(mde.listScanAgents, (request) =>
    collection(request, 'DeviceAuthenticatedScanAgents', scanAgentsOf(request.tenant)),
  ),
  serve(mde.getScanAgent, (request) => {
    const id = param(request, 'id');
    const agent = scanAgentsOf(request.tenant).find((one) => one.id === id || one.machineId === id);
    if (agent === undefined) throw notFound('scan agent', id);
    return entity(request, 'DeviceAuthenticatedScanAgents', { value: [agent] });
  }),
  serve(mde.getScanHistoryBySession, (request) => {
    const ids = requiredTexts(objectBody(request.body), 'SessionIds');
    const found = scanSessionsOf(request.tenant).filter(({ SessionIds }) => ids.includes(SessionIds));
    return collection(request, 'ScanHistory', found);
  }),
  serve(mde.getScanHistoryByDefinition, (request) => {
    const ids = requiredTexts(objectBody(request.body), 'ScanDefinitionIds');
    return answerList(request, 'ScanHistory', scanRunsOf(request.tenant, ids), runRules, (run) => run);
  }),
];
