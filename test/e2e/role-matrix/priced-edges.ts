import type { Permission } from '../../../src/config/permissions.ts';
import { names } from './callers.ts';
import type { Edge } from './edges.ts';
import { indicator } from './rules.ts';

const inOwn = `tenants: ["${names.own}"]`;

/** A field of the rows of a list. */
const ofRows = (list: string, from: Permission, edge: string, permission: Permission | null = null): Edge => ({
  from: [from],
  permission,
  ask: () => `{ ${list}(${inOwn}, first: 20) { nodes { ${edge} } } }`,
});

/** How many rows a list has in all. */
const totalOf = (list: string, from: Permission): Edge => ({
  from: [from],
  permission: null,
  ask: () => `{ ${list}(${inOwn}, first: 2) { edge: totalCount } }`,
});

/** What only who may know of the whole tenant is told of a user. */
const ofLogonUser = (field: string): Edge => ({
  from: ['machine:read'],
  permission: 'prevalence:read',
  refusal: 'null',
  ask: () => `{ machines(${inOwn}, first: 20) { nodes { logonUsers { nodes { edge: ${field} } } } } }`,
});

const ofScore = (edge: string): Edge => ({
  from: ['vulnerability:read'],
  permission: null,
  ask: () => `{ exposureScore(tenant: "${names.own}") { ${edge} } }`,
});

/** Fields with a price, or a permission of their own, that lead to no entity. */
export const pricedEdges: Readonly<Record<string, Edge>> = {
  'Alert.evidence': ofRows('alerts', 'alert:read', 'edge: evidence { __typename }'),
  'AlertConnection.totalCount': totalOf('alerts', 'alert:read'),
  'IncidentConnection.totalCount': totalOf('incidents', 'incident:read'),
  'Machine.isolationState': ofRows('machines', 'machine:read', 'edge: isolationState', 'action:read'),
  'Machine.restrictedState': ofRows('machines', 'machine:read', 'edge: restrictedState', 'action:read'),
  'LogonUser.logOnMachinesCount': ofLogonUser('logOnMachinesCount'),
  'LogonUser.mostPrevalentMachineId': ofLogonUser('mostPrevalentMachineId'),
  'LogonUser.leastPrevalentMachineId': ofLogonUser('leastPrevalentMachineId'),
  'Software.versions': ofRows('software', 'vulnerability:read', 'edge: versions { version }'),
  'Software.missingKbs': ofRows('software', 'vulnerability:read', 'edge: missingKbs { nodes { name } }'),
  'ExposureScore.machineGroups': ofScore('edge: machineGroups { score }'),
  'ExposureScore.deviceSecureScore': ofScore('edge: deviceSecureScore'),
  'Tenant.capabilities': {
    from: [],
    permission: 'tenant:read',
    ask: () => `{ tenant(name: "${names.own}") { tenant: name edge: capabilities { available } } }`,
  },
  'Tenant.tenantId': {
    from: [],
    permission: 'tenant:read',
    refusal: 'null',
    ask: () => `{ tenant(name: "${names.own}") { tenant: name edge: tenantId } }`,
  },
  'IndicatorSetResult.changes': {
    from: ['indicator:read'],
    permission: null,
    ask: () =>
      `{ planIndicators(input: { ${inOwn}, set: "matrix", indicators: [${indicator}] }) { edge: changes { __typename } } }`,
  },
  'AuditRecord.input': ofRows('auditLog', 'audit:read', 'edge: input'),
};
