import type { Alert } from '../domain/alert.ts';
import type { GraphAlert } from '../upstream/graph/wire.ts';
import type { M365dAlert } from '../upstream/m365d/wire.ts';
import type { MdeAlert } from '../upstream/mde/wire.ts';
import { graphAlertFields, m365dAlertFields, mdeAlertFields } from './alert-fields.ts';
import { evidenceListFromM365d, evidenceListFromMde } from './evidence/from-flat.ts';
import { evidenceListFromGraph } from './evidence/from-graph.ts';
import { firstMachineId } from './evidence/machine-id.ts';
import { readFields } from './fields.ts';
import { portalPage, type TenantPlace } from './tenant-place.ts';
import { machineIdText, text } from './values.ts';

const readGraph = readFields(graphAlertFields);
const readM365d = readFields(m365dAlertFields);
const readMde = readFields(mdeAlertFields);

/** The portal's pages of an alert and of its incident, where the API does not send them. */
const pagesOf = (tenant: TenantPlace, { alertId, incidentId }: Pick<Alert, 'alertId' | 'incidentId'>) => ({
  url: portalPage(tenant, 'alerts', alertId),
  incidentUrl: incidentId === null ? null : portalPage(tenant, 'incidents', incidentId),
});

/** An alert of Graph `alerts_v2`, which brings its evidence always. */
export const alertFromGraph = (tenant: TenantPlace, wire: GraphAlert): Alert => {
  const alert = readGraph(wire);
  const pages = pagesOf(tenant, alert);
  const evidence = evidenceListFromGraph(tenant.name, wire.evidence);
  return {
    ...alert,
    tenant: tenant.name,
    source: 'GRAPH',
    url: text(wire.alertWebUrl) ?? pages.url,
    incidentUrl: text(wire.incidentWebUrl) ?? pages.incidentUrl,
    machineId: firstMachineId(evidence),
    evidence,
  };
};

/** An alert inside an M365D incident, which brings its devices and entities always. */
export const alertFromM365d = (tenant: TenantPlace, wire: M365dAlert): Alert => {
  const alert = readM365d(wire);
  const evidence = evidenceListFromM365d(tenant.name, wire);
  return {
    ...alert,
    ...pagesOf(tenant, alert),
    tenant: tenant.name,
    source: 'M365D',
    machineId: firstMachineId(evidence),
    evidence,
  };
};

/**
 * An alert of Defender for Endpoint. `evidence` says whether the read asked for it: lists without `$expand=evidence`, and those
 * of a machine, send none, which must not look as if there were none.
 */
export const alertFromMde = (tenant: TenantPlace, wire: MdeAlert, evidence: 'read' | 'unread' = 'read'): Alert => {
  const alert = readMde(wire);
  return {
    ...alert,
    ...pagesOf(tenant, alert),
    tenant: tenant.name,
    source: 'MDE',
    machineId: machineIdText(wire.machineId),
    evidence: evidence === 'read' ? evidenceListFromMde(tenant.name, wire) : null,
  };
};
