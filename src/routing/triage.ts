import type { Tenant } from '../config/tenants.ts';
import type { Alert } from '../domain/alert.ts';
import type { AlertStatus, Classification, Determination, IncidentStatus } from '../domain/enums.ts';
import type { Incident } from '../domain/incident.ts';
import { asGatewayError, type GatewayError, retold } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { alertFromGraph, alertFromMde } from '../unification/alert.ts';
import { incidentFromGraph, incidentFromM365d } from '../unification/incident.ts';
import { toGraph } from '../unification/words/graph.ts';
import { toM365d } from '../unification/words/m365d.ts';
import { toMde } from '../unification/words/mde.ts';
import * as graphAlerts from '../upstream/graph/alerts.ts';
import * as graphIncidents from '../upstream/graph/incidents.ts';
import type { Operation } from '../upstream/http/operation.ts';
import * as m365d from '../upstream/m365d/incidents.ts';
import * as mde from '../upstream/mde/alerts.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { changeInGraph } from './graph-change.ts';
import { createMdeAlertBatch } from './mde-alert-batch.ts';
import { type Done, doneBy, performOnEach } from './perform-on-each.ts';
import { sendOnce } from './send-once.ts';
import { bodyOf, wordOf } from './triage-body.ts';

/** What is to be changed; what is absent stays. An owner of null takes the owner off. */
export interface AlertChange {
  readonly status?: AlertStatus;
  readonly classification?: Classification;
  readonly determination?: Determination;
  readonly assignedTo?: string | null;
  readonly comment?: string;
}

/** `tags` replaces the whole list. */
export interface IncidentChange extends Omit<AlertChange, 'status'> {
  readonly status?: IncidentStatus;
  readonly tags?: readonly string[];
  /** No API adds or removes tags: who sends the change puts `tags` in their place, from what each incident has. */
  readonly addTags?: readonly string[];
  readonly removeTags?: readonly string[];
}

/**
 * Changes of incidents and alerts, through one API, each sent once. Outcomes are in the order of the ids. `details.sent` of a
 * target's error says whether the change may have been made. Throws, without any id too, when no API can do it or has a word
 * for a value.
 */
export interface TriageActions {
  /** Calls a target: 1, and 1 more for a comment through Graph. */
  updateIncidents(
    tenant: Tenant,
    ids: readonly string[],
    change: IncidentChange,
    scope: CallScope,
  ): Promise<readonly Done<Incident>[]>;
  /** Calls through Graph as for incidents; through MDE 1 for one alert, 2 for each 50 of several. */
  updateAlerts(
    tenant: Tenant,
    ids: readonly string[],
    change: AlertChange,
    scope: CallScope,
  ): Promise<readonly Done<Alert>[]>;
  /** All of them together, in one call. `became`: the incident that is left. */
  mergeIncidents(
    tenant: Tenant,
    ids: readonly string[],
    change: { readonly comment?: string },
    scope: CallScope,
  ): Promise<readonly Done<never>[]>;
  /** All of them together, in one call. `became`: the incident that they are in now. */
  moveAlerts(
    tenant: Tenant,
    ids: readonly string[],
    change: AlertMove,
    scope: CallScope,
  ): Promise<readonly Done<never>[]>;
}

/** Where alerts go. */
export interface AlertMove {
  /** Null: a new incident. */
  readonly incidentId: string | null;
  /** Added to each alert. */
  readonly comment?: string;
}

const graphIncidentBody = (change: IncidentChange): graphIncidents.GraphIncidentUpdate =>
  bodyOf({
    status: wordOf('graph', 'status', change.status, toGraph.incidentStatus),
    classification: wordOf('graph', 'classification', change.classification, toGraph.classification),
    determination: wordOf('graph', 'determination', change.determination, toGraph.determination),
    assignedTo: change.assignedTo,
    customTags: change.tags,
  });

const m365dIncidentBody = (change: IncidentChange): m365d.M365dIncidentUpdate =>
  bodyOf({
    status: wordOf('m365d', 'status', change.status, toM365d.incidentStatus),
    classification: wordOf('m365d', 'classification', change.classification, toM365d.classification),
    determination: wordOf('m365d', 'determination', change.determination, toM365d.determination),
    assignedTo: change.assignedTo,
    tags: change.tags,
    comment: change.comment,
  });

const graphAlertBody = (change: AlertChange): graphAlerts.GraphAlertUpdate =>
  bodyOf({
    status: wordOf('graph', 'status', change.status, toGraph.alertStatus),
    classification: wordOf('graph', 'classification', change.classification, toGraph.classification),
    determination: wordOf('graph', 'determination', change.determination, toGraph.determination),
    assignedTo: change.assignedTo,
  });

const mdeAlertBody = (change: AlertChange): mde.MdeAlertUpdate =>
  bodyOf({
    status: wordOf('mde', 'status', change.status, toMde.alertStatus),
    classification: wordOf('mde', 'classification', change.classification, toMde.classification),
    determination: wordOf('mde', 'determination', change.determination, toMde.determination),
    assignedTo: change.assignedTo,
    comment: change.comment,
  });

/** That something was not found does not say which of them it is. */
const ofAll = (error: GatewayError): GatewayError =>
  error.code === 'NOT_FOUND'
    ? retold(error, `One of them was not found: ${error.message}`, 'UPSTREAM_REJECTED')
    : error;

export const createTriageActions = (parts: RoutingDependencies & { readonly idsPerCall: number }): TriageActions => {
  const updateMdeAlertsTogether = createMdeAlertBatch(parts);

  /** One call for all: what becomes of one becomes of each. */
  const together = async (
    tenant: Tenant,
    ids: readonly string[],
    operation: Operation<string | null>,
    scope: CallScope,
  ): Promise<readonly Done<never>[]> => {
    if (ids.length === 0) return [];
    try {
      const became = await sendOnce(parts, tenant, operation, scope);
      return ids.map(() => ({ entity: null, error: null, became }));
    } catch (thrown) {
      const error = ofAll(asGatewayError(thrown));
      return ids.map(() => ({ entity: null, error }));
    }
  };

  return {
    updateIncidents: (tenant, ids, change, scope) =>
      parts.routing.run<readonly Done<Incident>[]>(tenant, 'incidents.update', scope, {
        graph: async () => {
          const body = graphIncidentBody(change);
          return performOnEach(ids, (id) =>
            changeInGraph(
              {
                update: Object.keys(body).length === 0 ? null : graphIncidents.updateIncident(id, body),
                comment: change.comment === undefined ? null : graphIncidents.addIncidentComment(id, change.comment),
                toDomain: (wire) => incidentFromGraph(tenant, wire),
              },
              (operation) => sendOnce(parts, tenant, operation, scope),
            ),
          );
        },
        m365d: async () => {
          const body = m365dIncidentBody(change);
          return performOnEach(ids, (id) =>
            doneBy(async () => {
              const wire = await sendOnce(parts, tenant, m365d.updateIncident(id, body), scope);
              if (wire === null) return null;
              const incident = incidentFromM365d(tenant, wire);
              // Reads always bring the alerts; the answer to a change need not.
              return Array.isArray(wire.alerts) ? incident : { ...incident, alerts: null };
            }),
          );
        },
      }),

    updateAlerts: (tenant, ids, change, scope) =>
      parts.routing.run<readonly Done<Alert>[]>(tenant, 'alerts.update', scope, {
        graph: async () => {
          const body = graphAlertBody(change);
          return performOnEach(ids, (id) =>
            changeInGraph(
              {
                update: Object.keys(body).length === 0 ? null : graphAlerts.updateAlert(id, body),
                comment: change.comment === undefined ? null : graphAlerts.addAlertComment(id, change.comment),
                toDomain: (wire) => alertFromGraph(tenant, wire),
              },
              (operation) => sendOnce(parts, tenant, operation, scope),
            ),
          );
        },
        mde: async () => {
          const body = mdeAlertBody(change);
          const [only] = ids;
          if (only === undefined) return [];
          if (ids.length > 1) return updateMdeAlertsTogether(tenant, ids, body, scope);
          const done = await doneBy(async () => {
            const wire = await sendOnce(parts, tenant, mde.updateAlert(only, body), scope);
            if (wire === null) return null;
            return alertFromMde(tenant, wire, wire.evidence?.length ? 'read' : 'unread');
          });
          return [done];
        },
      }),

    mergeIncidents: (tenant, ids, { comment }, scope) =>
      parts.routing.run(tenant, 'incidents.merge', scope, {
        graph: () => together(tenant, ids, graphIncidents.mergeIncidents(ids, comment), scope),
      }),

    moveAlerts: (tenant, ids, { incidentId, comment }, scope) =>
      parts.routing.run(tenant, 'alerts.move', scope, {
        graph: () => together(tenant, ids, graphAlerts.moveAlerts(ids, incidentId, comment), scope),
      }),
  };
};
