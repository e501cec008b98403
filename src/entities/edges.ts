import type { Alert } from '../domain/alert.ts';
import type { EvidenceWithMachine } from '../domain/evidence.ts';
import type { Incident } from '../domain/incident.ts';
import type { Machine } from '../domain/machine.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import { mde } from '../microsoft/mde/index.ts';
import { softwareIdOf } from '../routing/machine-vulnerabilities.ts';
import { createMachinesByIp, type IpAt } from '../routing/machines-by-ip.ts';
import { asked } from '../upstream/asked.ts';
import { one, page } from '../upstream/call.ts';
import { alertCountOfMachine } from './alert-count.ts';
import { machineOfAlert, userOfAlert } from './alert-edges.ts';
import type { AntivirusHealth } from './antivirus-health.ts';
import { each, eachBy, eachList, eachOne, eachTo } from './edge.ts';
import { derived, derivedOne, derivedTo, link, listed } from './edge-in-hand.ts';
import { edgeRows } from './edge-rows.ts';
import { readScore } from './exposure-score.ts';
import { huntedEdges } from './hunted-edges.ts';
import { alertsOfIncident, machineIdsOfIncident, survivorOf } from './incident-edges.ts';
import { indicatorEdges } from './indicator-edges.ts';
import type { Investigation } from './investigation.ts';
import { logonUserFromMde } from './logon-user.ts';
import { actionsOfMachines, alertsOfMachines } from './machine-edges.ts';
import { identified } from './mde-entity.ts';
import { missingKbFromMde } from './missing-kb.ts';
import { observableEdges } from './observable-edges.ts';
import { observableLinks } from './observable-links.ts';
import { recommendationFromMde } from './recommendation.ts';
import type { ScanAgent } from './scan-agent.ts';
import { scanRuns } from './scan-edges.ts';
import { scanSession } from './scan-session.ts';
import { readSoftwareVersion, softwareFromMde } from './software.ts';
import { missingKbsOfMachines, softwareOfMachines } from './software-edges.ts';
import { entities } from './table.ts';
import { vulnerabilityFromMde } from './vulnerability.ts';
import { joined, machinesOfWeaknesses, weaknessesOfMachines } from './weakness-edges.ts';

const permission = 'vulnerability:read';
const { alerts, machines, recommendations, vulnerabilities } = entities;

const machineReferences = identified('a machine', 'machines');
const products = identified('a product', 'software');
const weaknesses = identified('a vulnerability', 'vulnerabilities');
const advice = identified('a recommendation', 'recommendations');
const users = identified('a user', 'users');
const updates = identified('an update', 'updates');
const scores = identified('a score', 'scores', 'score');
/** Versions have no id: each is known by itself. */
const versions = identified('a version', 'versions', 'version');

/** An address at a moment, as such an edge is asked for it. */
export const ipAtKey = ({ ip, at }: IpAt): string => `${at} ${ip}`;

const ipAtOf = (key: string): IpAt => {
  const [at = '', ...rest] = key.split(' ');
  return { at, ip: rest.join(' ') };
};

const machineOf = link('machines', ({ machineId }: EvidenceWithMachine) => machineId);

/** Every edge: one row each, by the type that it begins at and its field. */
export const edges = {
  'Alert.incident': link('incidents', ({ incidentId }: Alert) => incidentId),
  'Alert.machine': link('machines', ({ machineId }: Alert) => machineId),
  'DeviceEvidence.machine': machineOf,
  'ProcessEvidence.machine': machineOf,
  'FileEvidence.machine': machineOf,
  'RegistryValueEvidence.machine': machineOf,
  'MachineAction.machine': link('machines', ({ machineId }: MachineAction) => machineId),
  'Investigation.machine': link('machines', ({ machineId }: Investigation) => machineId),
  'Investigation.triggeringAlert': link('alerts', ({ triggeringAlertId }: Investigation) => triggeringAlertId),
  'Incident.alerts': derived(alerts, {
    permission: 'alert:read',
    needs: 'alerts',
    derive: (incident: Incident, following) => alertsOfIncident(incident, 'alert:read', following),
  }),
  'Incident.machines': derivedTo('machines', {
    permission: 'machine:read',
    needs: 'alerts',
    derive: machineIdsOfIncident,
  }),
  'Incident.redirectedTo': derivedOne({ permission: null, derive: survivorOf }),
  'Machine.mergedInto': link('machines', ({ mergedIntoMachineId }: Machine) => mergedIntoMachineId),
  'Machine.antivirusHealth': link('antivirusHealth', ({ machineId }: Machine) => machineId),
  'Machine.logonUsers': each(edgeRows.LogonUser, {
    permission: null,
    capability: 'machines.logonUsers',
    call: (id) => page(mde.listMachineLogonUsers, { id }, users),
    read: logonUserFromMde,
  }),
  'ScanAgent.machine': link('machines', ({ machineId }: ScanAgent) => machineId),
  'ScanDefinition.runs': scanRuns,
  'AntivirusHealth.machine': link('machines', ({ machineId }: AntivirusHealth) => machineId),
  'Machine.alerts': alertsOfMachines,
  'Machine.actions': actionsOfMachines,
  'Machine.investigations': listed('investigations', ({ machineId }: Machine) => ({ machineId: [machineId] })),
  'Machine.vulnerabilities': weaknessesOfMachines,
  'Machine.software': softwareOfMachines,
  'Machine.recommendations': each(recommendations, {
    permission,
    capability: 'recommendations.read',
    call: (machineId) => page(mde.listMachineRecommendations, { machineId }, advice),
    read: recommendationFromMde,
  }),
  'Machine.missingKbs': missingKbsOfMachines,
  ...huntedEdges,
  'Vulnerability.machines': machinesOfWeaknesses,
  'Vulnerability.software': joined('software', 'cveId', softwareIdOf),
  'Software.machines': eachTo('machines', {
    permission,
    capability: 'software.read',
    call: (id) => page(mde.listSoftwareMachines, { id }, machineReferences),
  }),
  'Software.vulnerabilities': each(vulnerabilities, {
    permission,
    capability: 'vulnerabilities.read',
    call: (id) => page(mde.listSoftwareVulnerabilities, { id }, weaknesses),
    read: vulnerabilityFromMde,
  }),
  'Software.missingKbs': each(edgeRows.MissingKb, {
    permission,
    capability: 'software.read',
    call: (id) => page(mde.listSoftwareMissingKbs, { id }, updates),
    read: missingKbFromMde,
  }),
  'Software.versions': eachList({
    permission,
    capability: 'software.read',
    call: (id) => page(mde.listSoftwareVersionDistribution, { id }, versions),
    read: (_, wire) => readSoftwareVersion(wire),
    idOf: ({ version }) => String(version),
  }),
  'Recommendation.machines': eachTo('machines', {
    permission,
    capability: 'recommendations.read',
    call: (id) => page(mde.listRecommendationMachines, { id }, machineReferences),
  }),
  'Recommendation.vulnerabilities': each(vulnerabilities, {
    permission,
    capability: 'vulnerabilities.read',
    call: (id) => page(mde.listRecommendationVulnerabilities, { id }, weaknesses),
    read: vulnerabilityFromMde,
  }),
  'Recommendation.software': eachOne({
    permission,
    capability: 'software.read',
    call: (id) => one(mde.getRecommendationSoftware, { id }, { ...products, isAsked: asked.byNothing }),
    read: softwareFromMde,
  }),
  'RemediationTask.machines': eachTo('machines', {
    permission,
    capability: 'remediationTasks.read',
    call: (id) => page(mde.listRemediationTaskMachines, { id }, machineReferences),
  }),
  ...observableEdges,
  ...indicatorEdges,
  ...observableLinks,
  'Tenant.machinesByIp': eachBy(machines, 'machine:read', (parts) => {
    const find = createMachinesByIp(parts);
    return (tenant, key, scope) => find(tenant, ipAtOf(key), scope);
  }),
  'Tenant.scanSession': scanSession,
  'Tenant.machineOfAlert': machineOfAlert,
  'Tenant.userOfAlert': userOfAlert,
  'Tenant.alertCountOfMachine': alertCountOfMachine,
  'Tenant.exposureScore': eachOne({
    permission,
    capability: 'scores.read',
    call: () => one(mde.getExposureScore, {}, scores),
    read: (_, wire) => readScore(wire),
  }),
  'Tenant.deviceSecureScore': eachOne({
    permission,
    capability: 'scores.read',
    call: () => one(mde.getDeviceSecureScore, {}, scores),
    read: (_, wire) => readScore(wire),
  }),
  'Tenant.machineGroupScores': eachList({
    permission,
    capability: 'scores.read',
    call: () => page(mde.listExposureScoreByMachineGroups, {}, scores),
    read: (_, wire) => readScore(wire),
    idOf: ({ rbacGroupName, rbacGroupId }) => String(rbacGroupId ?? rbacGroupName),
  }),
} as const;
