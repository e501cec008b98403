import type { WorldMachine } from './entity-types.ts';

/** What responders do and keep: actions, live response, investigations, indicators. */
export interface WorldCommandState {
  readonly index: number;
  readonly type: 'PutFile' | 'RunScript' | 'GetFile';
  readonly params: readonly { readonly key: string; readonly value: string }[];
  status: 'Created' | 'Completed' | 'Failed';
  startTime: string | null;
  endTime: string | null;
  errors: string[];
  /** What the download link serves once the command is completed: a script's JSON, or the file. */
  result: Buffer | null;
}

export interface WorldAction {
  /** GUID. */
  readonly id: string;
  readonly type: string;
  readonly scope: string | null;
  readonly requestor: string;
  readonly requestorComment: string;
  /** Few have one. */
  readonly title?: string;
  readonly externalId: string | null;
  status: 'Pending' | 'InProgress' | 'Succeeded' | 'Failed' | 'TimeOut' | 'Cancelled';
  readonly machine: WorldMachine;
  readonly createdAt: string;
  updatedAt: string;
  cancellationRequestor: string | null;
  cancellationComment: string | null;
  cancelledAt: string | null;
  errorHResult: number;
  readonly relatedFile: { readonly identifier: string; readonly type: 'Sha1' | 'Sha256' | 'Md5' } | null;
  readonly commands: readonly WorldCommandState[] | null;
  /** The machine never picks it up: it stays `Pending` until it times out. */
  readonly unanswered?: true;
  /** A command that fails does not make it `Failed`. */
  readonly overlooksFailures?: true;
}

/** A script or file that live response may use. */
export interface WorldLibraryFile {
  readonly fileName: string;
  readonly content: Buffer;
  readonly description: string;
  readonly createdAt: string;
  /** Later than `createdAt` when an upload has overwritten the file. */
  readonly updatedAt: string;
  /** User principal name or application of the uploader. */
  readonly createdBy: string;
  /** What the script's parameters mean; `null`: it takes none. */
  readonly parametersDescription: string | null;
}

/** An automated investigation of one machine. */
export interface WorldInvestigation {
  /** The number that `WorldAlert.investigationId` holds. */
  readonly id: number;
  /** Graph's enum `investigationState`. */
  state: string;
  readonly startedAt: string;
  endedAt: string | null;
  readonly machine: WorldMachine;
  readonly triggeringAlertId: string | null;
  /** Who ended it before its time. */
  readonly cancelledBy?: string;
  /** Begun through the API: it finds nothing after its time, while those of the estate's alerts stay as they are. */
  readonly askedFor?: true;
}

/** A custom indicator of compromise, as MDE keeps it. */
export interface WorldIndicator {
  readonly id: number;
  readonly indicatorValue: string;
  readonly indicatorType: string;
  action: string;
  application: string | null;
  externalId: string | null;
  createdBy: string;
  readonly createdByKind: 'User' | 'AadApp';
  lastUpdatedBy: string | null;
  readonly createdAt: string;
  updatedAt: string;
  expiresAt: string | null;
  severity: string | null;
  title: string;
  description: string;
  recommendedActions: string | null;
  rbacGroupNames: readonly string[];
  generateAlert: boolean;
}
