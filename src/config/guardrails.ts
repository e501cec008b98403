import type { LinearPattern } from './linear-pattern.ts';

/** The switches that actions are grouped under. */
export const actionCategories = ['machine', 'liveResponse', 'triage', 'indicators'] as const;
export type ActionCategory = (typeof actionCategories)[number];

/** An action as rules see it. */
interface GuardedRow {
  /** Its switch. */
  readonly category: ActionCategory;
  /** Whether it is done to a machine: a condition on machines can never be met by one that is not. */
  readonly hasMachine: boolean;
}

const machine = { category: 'machine', hasMachine: true } as const satisfies GuardedRow;
const triage = { category: 'triage', hasMachine: false } as const satisfies GuardedRow;
const indicators = { category: 'indicators', hasMachine: false } as const satisfies GuardedRow;
/** It is the scanner's settings that are changed, not the machine that it runs on. */
const scans = { category: 'machine', hasMachine: false } as const satisfies GuardedRow;
const library = { category: 'liveResponse', hasMachine: false } as const satisfies GuardedRow;

/** Every action that a rule can name. */
export const guardedActions = {
  isolate: machine,
  release: machine,
  scan: machine,
  restrict: machine,
  unrestrict: machine,
  collectPackage: machine,
  offboard: machine,
  quarantineFile: machine,
  startInvestigation: machine,
  tag: machine,
  setDeviceValue: machine,
  runLiveResponse: { category: 'liveResponse', hasMachine: true },
  cancel: machine,
  updateIncidents: triage,
  updateAlerts: triage,
  addComment: triage,
  createAlert: { category: 'triage', hasMachine: true },
  mergeIncidents: triage,
  moveAlerts: triage,
  uploadLibraryFile: library,
  deleteLibraryFile: library,
  createIndicators: indicators,
  updateIndicators: indicators,
  deleteIndicators: indicators,
  applyIndicators: indicators,
  createScanDefinition: scans,
  updateScanDefinitions: scans,
  deleteScanDefinitions: scans,
} as const satisfies Record<string, GuardedRow>;
export type GuardedAction = keyof typeof guardedActions;

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** Hours of the week; when `fromMinute` is not before `toMinute` they reach into the next day. */
export interface Hours {
  /** Minutes after midnight. */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** The days on which the hours begin. */
  readonly days: readonly Weekday[];
  /** e.g. `Europe/Berlin`. */
  readonly timeZone: string;
}

/** Commands of live response that a rule excepts: patterns with `*` and `**`. */
export interface AllowedCommands {
  /** Names of library scripts that may be run. */
  readonly scripts: readonly string[];
  /** Names of library files that may be copied to a machine. */
  readonly files: readonly string[];
  /** Paths that may be fetched from a machine. */
  readonly paths: readonly string[];
}

/** When a rule holds: under all of its conditions; one that is absent is met. Words are compared without case. */
export interface GuardrailConditions {
  /** The machine carries at least one of these. */
  readonly machineTags?: readonly string[];
  /** The machine is in one of these device groups. */
  readonly machineGroups?: readonly string[];
  readonly deviceValue?: readonly string[];
  readonly osPlatform?: readonly string[];
  /** Names, tags already resolved. */
  readonly tenants?: readonly string[];
  /** More targets than this in one mutation. */
  readonly maxTargets?: number;
  readonly outsideHours?: Hours;
  readonly duringHours?: Hours;
  /** A session has a command besides these. */
  readonly unlessCommands?: AllowedCommands;
}

/** What a rule demands of the actions that it is for. */
export type GuardrailDemand =
  /** They are forbidden. */
  | { readonly kind: 'never' }
  /** The comment has to match the pattern. */
  | { readonly kind: 'comment'; readonly pattern: LinearPattern }
  /** A second person has to agree, within so many milliseconds; one with one of the roles, where some are named. */
  | { readonly kind: 'approval'; readonly validMs: number; readonly approverRoles: readonly string[] };

/** One rule of the operator. */
export interface Guardrail {
  /** As callers and the audit see it; its place in the settings when it was given none. */
  readonly name: string;
  readonly actions: readonly GuardedAction[];
  readonly demand: GuardrailDemand;
  readonly when: GuardrailConditions;
  /** Callers with one of these roles are excepted. */
  readonly unlessRole: readonly string[];
  /** What callers read instead of the rule's own words. */
  readonly message: string | null;
}

/** What may be done at all. */
export interface ActionSwitches {
  readonly readOnly: boolean;
  readonly categories: Readonly<Record<ActionCategory, 'on' | 'off'>>;
}
