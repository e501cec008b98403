import type { Alert } from '../domain/alert.ts';
import { alertStatuses, classifications, incidentStatuses, serviceSources, severities } from '../domain/enums.ts';
import type { AlertFilter, IncidentFilter } from '../domain/filters.ts';
import type { Incident } from '../domain/incident.ts';
import type { Machine } from '../domain/machine.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import { byDay, byTenant, byText, byWord, dayOf, type Groupings } from './groupings.ts';
import type { EntityNamed, FilterOf, ListedName } from './table.ts';
import type { Vulnerability } from './vulnerability.ts';

const flag = (value: boolean | null): string | null => (value === null ? null : String(value));

/**
 * What is counted, and by what, a row a type. A grouping that is made of filters is counted by Microsoft where its API counts
 * (Graph: incidents and alerts); any other, and in any other API, by reading the list. Nothing is counted by hunting: its tables
 * hold 30 days, know a row some minutes late, and have neither the status of an alert nor machines that are silent for longer.
 */
export const counted = {
  incidents: {
    TENANT: byTenant(),
    SEVERITY: byWord(
      severities,
      ({ severity }: Incident) => severity,
      ({ severity }: IncidentFilter) => severity,
      (value) => ({ severity: [value] }),
    ),
    STATUS: byWord(
      incidentStatuses,
      ({ status }: Incident) => status,
      ({ status }: IncidentFilter) => status,
      (value) => ({ status: [value] }),
    ),
    CLASSIFICATION: byWord(
      classifications,
      ({ classification }: Incident) => classification,
      ({ classification }: IncidentFilter) => classification,
      (value) => ({ classification: [value] }),
    ),
    ASSIGNED_TO: byText(({ assignedTo }: Incident) => assignedTo),
    DAY: byDay(),
  },
  alerts: {
    TENANT: byTenant(),
    SEVERITY: byWord(
      severities,
      ({ severity }: Alert) => severity,
      ({ severity }: AlertFilter) => severity,
      (value) => ({ severity: [value] }),
    ),
    STATUS: byWord(
      alertStatuses,
      ({ status }: Alert) => status,
      ({ status }: AlertFilter) => status,
      (value) => ({ status: [value] }),
    ),
    CLASSIFICATION: byWord(
      classifications,
      ({ classification }: Alert) => classification,
      ({ classification }: AlertFilter) => classification,
      (value) => ({ classification: [value] }),
    ),
    SERVICE_SOURCE: byWord(
      serviceSources,
      ({ serviceSource }: Alert) => serviceSource,
      ({ serviceSource }: AlertFilter) => serviceSource,
      (value) => ({ serviceSource: [value] }),
    ),
    CATEGORY: byText(({ category }: Alert) => category),
    ASSIGNED_TO: byText(({ assignedTo }: Alert) => assignedTo),
    DAY: byDay(),
  },
  machines: {
    TENANT: byTenant(),
    HEALTH_STATUS: byText(({ healthStatus }: Machine) => healthStatus),
    EXPOSURE_LEVEL: byText(({ exposureLevel }: Machine) => exposureLevel),
    RISK_SCORE: byText(({ riskScore }: Machine) => riskScore),
    ONBOARDING_STATUS: byText(({ onboardingStatus }: Machine) => onboardingStatus),
    DEVICE_VALUE: byText(({ deviceValue }: Machine) => deviceValue),
    OS_PLATFORM: byText(({ osPlatform }: Machine) => osPlatform),
    MACHINE_GROUP: byText(({ rbacGroupName }: Machine) => rbacGroupName),
    LAST_SEEN_DAY: byText(({ lastSeen }: Machine) => dayOf(lastSeen)),
  },
  vulnerabilities: {
    TENANT: byTenant(),
    SEVERITY: byText(({ severity }: Vulnerability) => severity),
    PUBLIC_EXPLOIT: byText(({ publicExploit }: Vulnerability) => flag(publicExploit)),
    PUBLISHED_DAY: byText(({ publishedOn }: Vulnerability) => dayOf(publishedOn)),
  },
  machineActions: {
    TENANT: byTenant(),
    TYPE: byText(({ type }: MachineAction) => type),
    STATUS: byText(({ status }: MachineAction) => status),
    REQUESTOR: byText(({ requestor }: MachineAction) => requestor),
    DAY: byDay(),
  },
} satisfies CountedTable;

type CountedTable = {
  readonly [Name in ListedName]?: Groupings<FilterOf<Name>, EntityNamed<Name>>;
};

/** A type that is counted, by the name of its list. */
export type CountedName = keyof typeof counted;

/** What a type is counted by. */
export type CountedBy<Name extends CountedName> = keyof (typeof counted)[Name] & string;

/** All of them, in the order of the table. */
export const countedNames: readonly CountedName[] = Object.keys(counted).filter((name): name is CountedName =>
  Object.hasOwn(counted, name),
);

/** The table as functions over any of its types see it. */
export const groupingsOf: {
  readonly [Name in CountedName]: Groupings<Partial<FilterOf<Name>>, EntityNamed<Name>>;
} = counted;
