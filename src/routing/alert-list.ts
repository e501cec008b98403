import type { Tenant } from '../config/tenants.ts';
import type { Alert } from '../domain/alert.ts';
import type { AlertFilter } from '../domain/filters.ts';
import { type GatewayError, retold } from '../errors.ts';
import { alertFromGraph, alertFromMde } from '../unification/alert.ts';
import * as graph from '../upstream/graph/alerts.ts';
import type { GraphAlert } from '../upstream/graph/wire.ts';
import * as mde from '../upstream/mde/alerts.ts';
import type { MdeAlert } from '../upstream/mde/wire.ts';
import { openAlertsInIncidents } from './alerts-in-incidents.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { asksForEvidence } from './filters/alert-facts.ts';
import { alertRows } from './filters/alerts.ts';
import type { ListSource } from './list-source.ts';
import { openSource } from './open-source.ts';
import type { ListOpening, OpenedRows, OpenRows } from './opened-list.ts';
import { sourcesFor } from './route.ts';
import { sharedRows } from './shared-rows.ts';

const idOf = ({ alertId }: Alert): string => alertId;
const createdAt = (alert: Alert): string | null => alert.createdAt;

const fromGraph = sharedRows(alertFromGraph);
const fromMde = sharedRows((tenant, wire: MdeAlert) => alertFromMde(tenant, wire));

const graphSource = (tenant: Tenant): ListSource<GraphAlert, Alert> => ({
  api: 'graph',
  list: graph.listAlerts,
  ...fromGraph(tenant),
  idOf,
  time: { property: 'createdDateTime', of: createdAt },
  maxTop: 500,
  shortIsLast: true,
});

/** Whether rows are told apart by their evidence, or shown with it. */
const needsEvidence = (filter: AlertFilter, { bare, thinned }: ListOpening): boolean =>
  bare !== true || thinned === true || filter.machineId != null || asksForEvidence(filter);

const mdeSource = (tenant: Tenant, expandEvidence: boolean): ListSource<MdeAlert, Alert> => ({
  api: 'mde',
  list: (page) => mde.listAlerts({ ...page, expandEvidence }),
  ...fromMde(tenant),
  idOf,
  time: { property: 'alertCreationTime', of: createdAt },
  // MDE documents 10,000 a page, which is megabytes.
  maxTop: 1000,
  leastTop: 10,
  shortIsLast: false,
});

/** Defender for Endpoint has not the alerts of Office, identities and cloud apps: told in the words of the error that kept them out. */
const ownAlertsOnly = (failed: GatewayError): GatewayError =>
  retold(
    failed,
    `only alerts of Defender for Endpoint are listed, as others could not be asked for: ${failed.message}`,
  );

/** The list of Defender for Endpoint; `failed`: why Graph, which has more, could not be asked. */
export const narrowed = (opened: OpenedRows<Alert>, failed: GatewayError | null): OpenedRows<Alert> =>
  failed === null ? opened : { ...opened, missing: () => ownAlertsOnly(failed) };

/** The list of a tenant's alerts itself, newest first, whichever of the three APIs has it; what is not pushed is looked for. */
export const createAlertList =
  (parts: RoutingDependencies): OpenRows<AlertFilter, Alert> =>
  (tenant, filter, opening, scope) => {
    const asked = { tenant, scope, filter, rows: alertRows, opening };
    const sources = {
      graph: () => openSource<AlertFilter, GraphAlert, Alert>(parts, graphSource(tenant), asked),
      mde: async (failed: GatewayError | null) => {
        const opened = await openSource<AlertFilter, MdeAlert, Alert>(
          parts,
          mdeSource(tenant, needsEvidence(filter, opening)),
          asked,
        );
        return narrowed(opened, failed);
      },
      m365d: () => openAlertsInIncidents(parts, tenant, filter, opening, scope),
    };
    return parts.routing.run<OpenedRows<Alert>>(tenant, 'alerts.read', scope, sourcesFor(sources, opening.api));
  };
