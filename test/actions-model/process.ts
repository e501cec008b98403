import { type AccessOf, createAccess } from '../../src/access/access.ts';
import { createRights } from '../../src/access/rights.ts';
import { type Actions, createActions } from '../../src/actions/index.ts';
import { createApprovableActions } from '../../src/approvals/action.ts';
import { type Approvals, createApprovals } from '../../src/approvals/approvals.ts';
import { createApprovalMemory } from '../../src/approvals/memory.ts';
import type { AuditLog } from '../../src/audit/record.ts';
import type { Config } from '../../src/config/config.ts';
import { createTenantDirectory } from '../../src/config/directory.ts';
import { createEntityReads } from '../../src/entities/table.ts';
import type { Tokens } from '../../src/identity/tokens.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { createMachineActions } from '../../src/routing/actions.ts';
import { createIndicatorActions } from '../../src/routing/indicator-actions.ts';
import { createLearned } from '../../src/routing/learned.ts';
import { createLibraryActions } from '../../src/routing/library.ts';
import { createChangeMachines } from '../../src/routing/machine-changes.ts';
import { createMachineNames } from '../../src/routing/machine-names.ts';
import { createNewAlerts } from '../../src/routing/new-alerts.ts';
import { createRouting } from '../../src/routing/route.ts';
import { createScanActions } from '../../src/routing/scan-actions.ts';
import { createTriageActions } from '../../src/routing/triage.ts';
import { neverStops } from '../../src/stopping.ts';
import type { Store } from '../../src/store/store.ts';
import { type Circuits, createCircuits } from '../../src/upstream/http/circuit.ts';
import { createSend } from '../../src/upstream/http/send.ts';
import { createSingleFlight } from '../../src/upstream/http/single-flight.ts';
import { createStandings } from '../../src/upstream/http/standing.ts';
import { ownQuotas } from '../support/quotas.ts';
import type { SteppedClock } from './clock.ts';
import { createLife, type Life, livingAudit, livingClock, livingStore } from './life.ts';
import type { FaultyMicrosoft } from './microsoft.ts';

/** What outlives every process. */
export interface Outliving {
  readonly config: Config;
  readonly store: Store;
  readonly audit: AuditLog;
  readonly microsoft: FaultyMicrosoft;
  readonly tokens: Tokens;
  readonly clock: SteppedClock;
  /** Whether the requester's key is in the settings. */
  readonly isRevoked: () => boolean;
}

/** One process of the gateway, as far as it acts. */
export interface Process {
  readonly accessOf: AccessOf;
  readonly life: Life;
  readonly actions: Actions;
  readonly approvals: Approvals;
}

/** The requester of approvals, whose key may be taken out of the settings. */
export const requesterKey = 'asker';

/** Breakers count real time, which does not pass here: each call has fresh ones. */
const freshCircuits: Circuits = {
  run: (place, work) => createCircuits().run(place, work),
  isOpen: () => false,
};

/** The parts of a gateway behind its server, on what outlives it. */
export const startProcess = async (outliving: Outliving): Promise<Process> => {
  const { config, microsoft, tokens } = outliving;
  const life = createLife();
  const clock = livingClock(life, outliving.clock);
  const log = createLog({ level: 'silent' });
  const metrics = createMetrics();
  const store = livingStore(life, outliving.store);
  const audit = livingAudit(life, outliving.audit);
  const standings = createStandings({ log, metrics });
  // It is asked far more often than Microsoft allows.
  const quotas = ownQuotas(clock, { isKept: false });
  const send = createSend({
    http: (url, init) => life.through(() => microsoft.http(url, init)),
    tokens,
    clock,
    quotas,
    circuits: freshCircuits,
    flights: createSingleFlight(),
    log,
    metrics,
    standings,
    timeouts: { normal: 600_000, hunting: 600_000 },
    maxWaitMs: 60_000,
    random: () => 0.5,
  });
  const routing = createRouting({ tokens, standings });
  const learned = createLearned({ clock, log, report: () => {} });
  const parts = { routing, send, clock, learned, quotas, stopping: neverStops };
  const { idsPerCall } = config.limits;
  const { access } = config;
  const rightsOf = (apiKeys: typeof access.apiKeys) => createRights({ ...access, apiKeys }, clock);
  const accessOf = createAccess(
    { directory: createTenantDirectory(config.tenants), guardrails: config.guardrails },
    config.limits.tenantsPerQuery,
  );
  const actions = createActions({
    accessOf,
    store,
    audit,
    metrics,
    tenantNamed: (name) => config.tenants.find((tenant) => tenant.name === name),
    clock,
    log,
    actions: createMachineActions(parts),
    triageActions: createTriageActions({ ...parts, idsPerCall }),
    library: createLibraryActions(parts),
    indicatorActions: createIndicatorActions(parts),
    scanActions: createScanActions(parts),
    createAlert: createNewAlerts(parts),
    changeMachines: createChangeMachines(parts),
    reads: createEntityReads({ ...parts, idsPerCall, machineNames: createMachineNames(parts) }),
    stopping: new AbortController().signal,
    settings: {
      indicatorsPerMutation: 1000,
      targetsPerMutation: config.limits.targetsPerMutation,
      liveResponse: { sessions: 1000, paceMs: async () => 0 },
      switches: config.actions,
    },
  });
  const limits = { ...config.approvals, openPerCaller: 10_000, openPerTenant: 100_000, requestsPerDay: 100_000 };
  const approvals = createApprovals({
    ...{ accessOf, limits, clock, log, idempotency: actions.idempotency, records: actions.records },
    actions: createApprovableActions(actions.performAs),
    memory: createApprovalMemory({ store, limits, clock, log }),
    rights: {
      today: (earlier) =>
        rightsOf(
          outliving.isRevoked() ? access.apiKeys.filter(({ name }) => name !== requesterKey) : access.apiKeys,
        ).today(earlier),
    },
  });
  await actions.start();
  return { life, actions, approvals, accessOf };
};
