import type { Alert } from '../domain/alert.ts';
import type { SourceApi } from '../domain/enums.ts';
import type { GraphAlert } from '../upstream/graph/wire.ts';
import type { M365dAlert } from '../upstream/m365d/wire.ts';
import type { MdeAlert } from '../upstream/mde/wire.ts';
import { type GivenOfAlert, graphAlertFields, m365dAlertFields, mdeAlertFields } from './alert-fields.ts';
import { evidenceListFromM365d, evidenceListFromMde } from './evidence/from-flat.ts';
import { evidenceListFromGraph } from './evidence/from-graph.ts';
import { firstMachineId } from './evidence/machine-id.ts';
import { readInto } from './fields.ts';
import { portalPage, type TenantPlace } from './tenant-place.ts';
import { machineIdText, text } from './values.ts';

/** What is not read off one property alone. */
const given = (source: SourceApi): Pick<Alert, GivenOfAlert> => ({
  tenant: '',
  source,
  url: null,
  incidentUrl: null,
  machineId: null,
  evidence: null,
});

const readGraph = readInto(graphAlertFields, given('GRAPH'));
const readM365d = readInto(m365dAlertFields, given('M365D'));
const readMde = readInto(mdeAlertFields, given('MDE'));

/** An alert of Graph `alerts_v2`, which brings its evidence always. */
export const alertFromGraph = (tenant: TenantPlace, wire: GraphAlert): Alert => {
  const alert = readGraph(wire);
  const evidence = evidenceListFromGraph(tenant.name, wire.evidence);
  alert.tenant = tenant.name;
  alert.url = text(wire.alertWebUrl) ?? alertPage(tenant, alert);
  alert.incidentUrl = text(wire.incidentWebUrl) ?? incidentPage(tenant, alert);
  alert.machineId = firstMachineId(evidence);
  alert.evidence = evidence;
  return alert;
};

/** An alert inside an M365D incident, which brings its devices and entities always. */
export const alertFromM365d = (tenant: TenantPlace, wire: M365dAlert): Alert => {
  const alert = readM365d(wire);
  const evidence = evidenceListFromM365d(tenant.name, wire);
  alert.tenant = tenant.name;
  alert.url = alertPage(tenant, alert);
  alert.incidentUrl = incidentPage(tenant, alert);
  alert.machineId = firstMachineId(evidence);
  alert.evidence = evidence;
  return alert;
};

/**
 * An alert of Defender for Endpoint. `evidence` says whether the read asked for it: lists without `$expand=evidence`, and those
 * of a machine, send none, which must not look as if there were none.
 */
export const alertFromMde = (tenant: TenantPlace, wire: MdeAlert, evidence: 'read' | 'unread' = 'read'): Alert => {
  const alert = readMde(wire);
  alert.tenant = tenant.name;
  alert.url = alertPage(tenant, alert);
  alert.incidentUrl = incidentPage(tenant, alert);
  alert.machineId = machineIdText(wire.machineId);
  alert.evidence = evidence === 'read' ? evidenceListFromMde(tenant.name, wire) : null;
  return alert;
};

/** The portal's page of an alert, where the API does not send it. */
const alertPage = (tenant: TenantPlace, { alertId }: Pick<Alert, 'alertId'>): string | null =>
  portalPage(tenant, 'alerts', alertId);

/** The portal's page of its incident. */
const incidentPage = (tenant: TenantPlace, { incidentId }: Pick<Alert, 'incidentId'>): string | null =>
  incidentId === null ? null : portalPage(tenant, 'incidents', incidentId);
