import type { CallerAccess } from './access/caller-access.ts';
import type { Actions } from './actions/index.ts';
import type { Tenant } from './config/tenants.ts';
import type { Alert } from './domain/alert.ts';
import type { Incident } from './domain/incident.ts';
import type { Machine } from './domain/machine.ts';
import type { MachineAction } from './domain/machine-action.ts';
import type { Hunting } from './hunting/run.ts';
import type { PageOf } from './lists/array.ts';
import type { Connection } from './lists/connection.ts';
import type { Lists } from './lists/lists.ts';
import type { Loaders } from './loaders/loaders.ts';
import type { CapabilityState } from './routing/capability-states.ts';
import type { CallScope, Explain } from './scope.ts';

/** What a resolver has at hand: made anew for each request, bound to its caller. */
export interface Context {
  readonly access: CallerAccess;
  readonly scope: CallScope & Explain;
  readonly loaders: Loaders;
  readonly lists: Lists;
  /** A page of rows that are all at hand. */
  readonly pageOf: PageOf;
  readonly hunting: Hunting;
  readonly actions: Actions;
  /** What works in a tenant. Token requests only. */
  readonly capabilities: (tenant: Tenant) => Promise<readonly CapabilityState[]>;
  /** Whether the caller asked for `extensions.gateway` and may have it. */
  readonly explain: boolean;
}

export type IncidentPage = Connection<Incident>;
export type AlertPage = Connection<Alert>;
export type MachinePage = Connection<Machine>;
export type MachineActionPage = Connection<MachineAction>;
export type { MachineActionResult } from './actions/payloads.ts';
export type { HuntAnswerSet, HuntTenantAnswer } from './hunting/run.ts';
export type { TenantFailure } from './lists/connection.ts';
export type { CapabilityState } from './routing/capability-states.ts';
