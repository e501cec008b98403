import type { Tenant } from '../config/tenants.ts';
import type { Alert } from '../domain/alert.ts';
import { machineIdsOf as machineIdsOfAlert } from '../domain/alert-machines.ts';
import { alertsNotBrought, type Incident } from '../domain/incident.ts';
import type { Machine } from '../domain/machine.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import type { Access } from './access.ts';
import type { MachineVisibility } from './machine-visibility.ts';
import type { AlertPermission, MachinePermission, Permission } from './roles.ts';

/** Picks the rows that the caller sees. Rejects when what a row is judged by cannot be read: unjudged rows are not shown. */
export type Judge<T> = (rows: readonly T[]) => Promise<ReadonlySet<T>>;

/** How the rows of one kind are judged in a tenant; `null`: the caller sees all, and nothing is read to say so. */
export type JudgeOf<T, Asked extends Permission> = (permission: Asked, tenant: Tenant) => Judge<T> | null;

/**
 * What a caller sees whose roles are limited to machines; for any other caller every judge is `null`. A machine is judged by
 * its own group and tags, an action by its machine, an alert by the machines in its evidence (one that is seen is enough, and
 * one that names none is not seen), an incident by its alerts in the same way. A machine that is gone is not seen.
 *
 * Upstream calls: the machines of all rows together, each once in a request: 1 machine 1, 100 machines 2, 10,000 machines
 * 200. Alerts that came without evidence, and incidents without alerts, are read again together first.
 */
export interface Visibility {
  readonly machines: JudgeOf<Machine, MachinePermission>;
  readonly machineActions: JudgeOf<MachineAction, MachinePermission>;
  readonly alerts: JudgeOf<Alert, AlertPermission>;
  readonly incidents: JudgeOf<Incident, AlertPermission>;
}

/** Reads many of one kind by id; what does not exist is absent, what could not be read is its error. */
export type ReadMany<T> = (tenant: Tenant, ids: readonly string[]) => Promise<ReadonlyMap<string, T | Error>>;

/** What rows are judged by, read whatever the caller may see of it. */
export interface VisibilityReads {
  readonly machines: ReadMany<Machine>;
  /** With evidence. */
  readonly alerts: ReadMany<Alert>;
  /** With alerts. */
  readonly incidents: ReadMany<Incident>;
}

/** The visibility of one caller. */
export const createVisibility = (access: Pick<Access, 'machineVisibility'>, reads: VisibilityReads): Visibility => {
  /** Judges rows by the machines that each names. */
  const byMachines =
    <T>(sees: MachineVisibility, tenant: Tenant, machineIdsOf: (row: T) => readonly string[]): Judge<T> =>
    async (rows) => {
      const ids = new Set(rows.flatMap(machineIdsOf));
      const machines = ids.size === 0 ? new Map<string, Machine | Error>() : await reads.machines(tenant, [...ids]);
      return new Set(
        rows.filter((row) => {
          const named = machineIdsOf(row).map((id) => machines.get(id));
          if (named.some((machine) => machine !== undefined && !(machine instanceof Error) && sees(machine)))
            return true;
          const failure = named.find((machine) => machine instanceof Error);
          if (failure !== undefined) throw failure;
          return false;
        }),
      );
    };

  const judgeAlerts = (sees: MachineVisibility, tenant: Tenant): Judge<Alert> => {
    const judge = byMachines(sees, tenant, machineIdsOfAlert);
    return async (rows) => {
      const seen = await judge(rows);
      const doubtful = rows.filter((alert) => alert.evidence === null && !seen.has(alert));
      const whole = await wholeOf(doubtful, ({ alertId }) => alertId, tenant, reads.alerts);
      const seenWhole = await judge([...whole.values()]);
      return new Set(rows.filter((alert) => seen.has(alert) || isIn(seenWhole, whole.get(alert))));
    };
  };

  const judgeIncidents = (sees: MachineVisibility, tenant: Tenant): Judge<Incident> => {
    const judge = judgeAlerts(sees, tenant);
    return async (rows) => {
      const bare = rows.filter(({ alerts }) => alerts === null);
      const whole = await wholeOf(bare, ({ incidentId }) => incidentId, tenant, reads.incidents);
      const alertsOf = (incident: Incident): readonly Alert[] => {
        const read = incident.alerts === null ? whole.get(incident) : incident;
        if (read?.alerts === null) throw alertsNotBrought(incident);
        return read?.alerts ?? [];
      };
      const seen = await judge(rows.flatMap(alertsOf));
      return new Set(rows.filter((incident) => alertsOf(incident).some((alert) => seen.has(alert))));
    };
  };

  const judgedBy =
    <T>(
      judgeOf: (sees: MachineVisibility, tenant: Tenant) => Judge<T>,
    ): JudgeOf<T, MachinePermission | AlertPermission> =>
    (permission, tenant) => {
      const sees = access.machineVisibility(permission, tenant);
      return sees === null ? null : judgeOf(sees, tenant);
    };

  return {
    machines: judgedBy((sees) => async (rows) => new Set(rows.filter(sees))),
    machineActions: judgedBy((sees, tenant) => byMachines(sees, tenant, ({ machineId }) => [machineId])),
    alerts: judgedBy(judgeAlerts),
    incidents: judgedBy(judgeIncidents),
  };
};

const isIn = <T>(rows: ReadonlySet<T>, row: T | undefined): boolean => row !== undefined && rows.has(row);

/** The rows that came without what they are judged by, as they are when they are read by id; one that is gone is left out. */
const wholeOf = async <T>(
  rows: readonly T[],
  idOf: (row: T) => string,
  tenant: Tenant,
  read: ReadMany<T>,
): Promise<ReadonlyMap<T, T>> => {
  if (rows.length === 0) return new Map();
  const found = await read(tenant, [...new Set(rows.map(idOf))]);
  const whole = new Map<T, T>();
  for (const row of rows) {
    const entity = found.get(idOf(row));
    if (entity instanceof Error) throw entity;
    if (entity !== undefined) whole.set(row, entity);
  }
  return whole;
};
