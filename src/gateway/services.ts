import type { GraphQLSchema } from 'graphql';
import type { AccessOf } from '../access/access.ts';
import { createAuditBudget } from '../access/limits/audit-budget.ts';
import { shareKeyOf } from '../access/limits/share-key.ts';
import { createRights } from '../access/rights.ts';
import { createActions } from '../actions/index.ts';
import { createApprovableActions } from '../approvals/action.ts';
import { createApprovals } from '../approvals/approvals.ts';
import { createApprovalMemory } from '../approvals/memory.ts';
import type { AuditLog } from '../audit/record.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { createContexts } from '../contexts.ts';
import { createOpenFile, type OpenFile } from '../downloads/open.ts';
import { createAssessmentExports } from '../exports/assessment-exports.ts';
import { createExports } from '../exports/exports.ts';
import { createHuntExport } from '../exports/hunt.ts';
import { createListExports } from '../exports/lists.ts';
import { createRecordExport } from '../exports/record.ts';
import { createFiles } from '../files/files.ts';
import { fromStorage } from '../files/from-storage.ts';
import { createHunting } from '../hunting/run.ts';
import { connectionOfArray, type PageOf } from '../lists/array.ts';
import { createAuditList } from '../lists/audit.ts';
import { createAuditInputs } from '../lists/audit-inputs.ts';
import { createChanges } from '../lists/changes/changes.ts';
import { createAllCounts } from '../lists/counts/counts.ts';
import { createCursors, questionOf } from '../lists/cursor.ts';
import { createGatewayCallers } from '../lists/gateway-callers.ts';
import { createAllRows, createLists } from '../lists/lists.ts';
import { connectionOfMembers, type MembersOf } from '../lists/members.ts';
import { pageArguments } from '../lists/page-arguments.ts';
import { createLoaders } from '../loaders/loaders.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { mde } from '../microsoft/mde/index.ts';
import { createMachineActions } from '../routing/actions.ts';
import { createIndicatorActions } from '../routing/indicator-actions.ts';
import { createLibraryActions } from '../routing/library.ts';
import { createChangeMachines } from '../routing/machine-changes.ts';
import { createReadMachineStates } from '../routing/machine-states.ts';
import { createNewAlerts } from '../routing/new-alerts.ts';
import { createScanActions } from '../routing/scan-actions.ts';
import { createTriageActions } from '../routing/triage.ts';
import { asksUpstream, type readSdl } from '../server/sdl.ts';
import type { Store } from '../store/store.ts';
import { createTenantService } from '../tenant-service.ts';
import type { TenantsInForce } from '../tenants-in-force.ts';
import type { Upstream } from './upstream.ts';

/** What the services are made of. */
interface ServicesParts {
  readonly config: Config;
  readonly log: Log;
  /** For what asks the store every few seconds. */
  readonly quietLog: Log;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly store: Store;
  readonly schema: GraphQLSchema;
  readonly costs: ReturnType<typeof readSdl>['costs'];
  readonly audit: AuditLog;
  /** Why records of the audit log may be missing; null: nothing tells that any are. */
  readonly missing: () => Promise<string | null>;
  readonly tenantsInForce: TenantsInForce;
  readonly accessOf: AccessOf;
  readonly upstream: Upstream;
  readonly watchIntervalMs: number | undefined;
  /** Fires at the signal to stop: nobody waits for the end of an action any more. */
  readonly ending: AbortSignal;
}

/** What a request is answered by: lists, hunting, actions, approvals, files, exports, and the context that has them. */
export const createServices = (given: ServicesParts) => {
  const { config, log, quietLog, clock, metrics, store, schema, costs, audit, missing } = given;
  const { tenantsInForce, accessOf, upstream, watchIntervalMs, ending } = given;
  const { http, parts, quotas, connectivity, tenantSignIns, reads, huntingReads, edgeReads } = upstream;
  const { routing, send } = parts;
  const { limits } = config;
  const { idsPerCall } = limits;
  const rightsNow = tenantsInForce.made(({ access }) => createRights(access, clock));
  const cursors = createCursors(store.deriveKey('cursors'));
  const lists = createLists({ reads, cursors, limits, clock, log });
  const allRows = createAllRows({ reads, limits, clock, log });
  const changes = createChanges({ allRows, cursors, limits, clock });
  const counts = createAllCounts({ reads, limits, clock, log });
  const auditLog = createAuditList({ audit, missing, cursors, limits });
  const auditInput = createAuditInputs({ audit });
  const gatewayCallerOf = createGatewayCallers({ audit });
  const hunting = createHunting({ reads: huntingReads, clock, log });
  const actions = createActions({
    accessOf,
    store,
    audit,
    auditBudget: createAuditBudget({ store, bytesPerMinute: config.audit.bytesPerMinute }),
    metrics,
    tenantNamed: tenantsInForce.known,
    clock,
    log: quietLog,
    actions: createMachineActions(parts),
    triageActions: createTriageActions({ ...parts, idsPerCall }),
    library: createLibraryActions(parts),
    indicatorActions: createIndicatorActions(parts),
    scanActions: createScanActions(parts),
    createAlert: createNewAlerts(parts),
    changeMachines: createChangeMachines(parts),
    reads,
    stopping: ending,
    settings: {
      targetsPerMutation: limits.targetsPerMutation,
      indicatorsPerMutation: limits.indicatorsPerMutation,
      liveResponse: {
        sessions: limits.liveResponseSessions,
        paceMs: (tenant) => quotas.waitMs(tenant, mde.runLiveResponse),
      },
      switches: config.actions,
      ...(watchIntervalMs === undefined ? {} : { pollIntervalMs: watchIntervalMs }),
    },
  });

  const approvals = createApprovals({
    ...{
      accessOf,
      clock,
      log: quietLog,
      limits: config.approvals,
      rights: { today: (earlier) => rightsNow().today(earlier) },
    },
    ...{
      idempotency: actions.idempotency,
      records: actions.records,
      actions: createApprovableActions(actions.performAs),
    },
    memory: createApprovalMemory({ store, limits: config.approvals, clock, log: quietLog }),
  });
  const { downloadHosts } = config.upstream;
  const openStored = (operation: string): OpenFile =>
    createOpenFile({ open: http.open, downloadHosts, clock, idleMs: limits.fileIdleMs, operation });
  const files = createFiles({
    ...{ reads, records: actions.records, hashBytes: limits.fileHashBytes, log: quietLog },
    openFile: fromStorage(openStored('mde.downloadLiveResponseResult'), clock),
  });

  const pageOf: PageOf = (rows, asked, idOf, { list, tenant, id }) => {
    const page = pageArguments(asked, limits.pageSize);
    return connectionOfArray(rows, {
      ...{ page, cursors, idOf, tenants: [tenant] },
      question: () => questionOf(list, tenant.name, id),
    });
  };

  const membersOf: MembersOf = (read, asked, ...question) => {
    const page = pageArguments(asked, limits.pageSize);
    return connectionOfMembers(read, { page, cursors, question: questionOf(...question) });
  };

  const tenants = createTenantService({
    ...{ routing, connectivity, signIns: tenantSignIns, quotas, clock },
    faults: tenantsInForce.faults,
  });
  const machineStates = createReadMachineStates({ reads: reads.machineActions, clock });
  const loaderReads = { entities: reads, edges: edgeReads, machineStates };
  const contextOf = createContexts({
    accessOf,
    reads: loaderReads,
    services: {
      ...{ lists, counts, changes, auditLog, auditInput, gatewayCallerOf, pageOf, membersOf, hunting },
      ...{ actions, approvals, files, tenants },
    },
    clock,
    limits,
  });

  const exports = createExports({
    sources: new Map([
      ...createListExports({
        ...{ schema, allRows, pageSize: limits.pageSize, log },
        isCostly: (coordinate) => asksUpstream(costs.get(coordinate)),
        forBatch: (context) => ({ ...context, ...createLoaders(loaderReads, context.access, context.scope) }),
      }),
      ...createAssessmentExports({ routing, send, openFile: openStored('mde.exportFile'), clock, log }),
      ['hunt', createHuntExport(schema)],
    ]),
    limits,
    clock,
    record: createRecordExport({ records: actions.records, log: quietLog }),
    callerKey: shareKeyOf,
  });

  return { contextOf, loaderReads, actions, exports };
};
