import type { JudgedMachine } from '../../../access/machine-visibility.ts';
import type { Visibility } from '../../../access/visibility.ts';
import type { Alert } from '../../../domain/alert.ts';
import type { Incident } from '../../../domain/incident.ts';
import type { GatewayError } from '../../../errors.ts';
import type { AlertChange, IncidentChange } from '../../../routing/triage.ts';
import { refusedIn } from '../../results.ts';
import type { TenantMutation } from '../../tenant-action.ts';
import { isSoAlready } from './shown.ts';

/** What a check is made of. */
export interface CheckQuestion<Change> {
  readonly mutation: TenantMutation;
  readonly change: Change;
  readonly visibility: Visibility;
}

/**
 * Why an entity is not changed, given all that are as far as they were read; null: nothing speaks against it. Of `all` one that is not
 * there for the caller is null.
 */
export type EntityCheck<Entity> = (
  entity: Entity,
  all: ReadonlyMap<string, Entity | Error | null>,
) => GatewayError | null;

/** What is to be known before a change is sent. */
export interface EntityChecks<Entity> {
  /** Why none is changed, whatever it is: of those, too, that cannot be read. Absent or null: nothing speaks against all. */
  readonly againstAll?: GatewayError | null;
  readonly check: EntityCheck<Entity>;
  /** Machines that the change is about besides those of each entity, as those of the incident that alerts go to. */
  readonly machinesBesides?: () => Promise<readonly JudgedMachine[]>;
}

/** Of a change that would change nothing. */
const soAlready = (
  change: AlertChange | IncidentChange,
  entity: Incident | Alert,
  name: string,
): GatewayError | null =>
  isSoAlready(change, entity)
    ? refusedIn(entity.tenant, 'ALREADY_IN_STATE', `${name} is so already: nothing would change`)
    : null;

/** Of an incident that is a part of another one by now: what is changed of it, nobody sees who works on that one. */
export const mergedAway = ({ tenant, incidentId, redirectIncidentId: into }: Incident): GatewayError | null =>
  into === null ? null : refusedIn(tenant, 'CONFLICT', `Incident ${incidentId} was merged into ${into}: name that one`);

/** Checks of a change of incidents. */
export const incidentChecks = async ({ change }: CheckQuestion<IncidentChange>): Promise<EntityChecks<Incident>> => ({
  check: (incident) => mergedAway(incident) ?? soAlready(change, incident, `Incident ${incident.incidentId}`),
});

/** Checks of a change of alerts. */
export const alertChecks = async ({ change }: CheckQuestion<AlertChange>): Promise<EntityChecks<Alert>> => ({
  check: (alert) => soAlready(change, alert, `Alert ${alert.alertId}`),
});
