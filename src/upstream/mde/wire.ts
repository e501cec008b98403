import { hasId, type Identified } from '../identified.ts';

/**
 * What Defender for Endpoint sends; pages are of `defender-endpoint/api`. Only what identifies an entity is certain. Everything
 * else may be missing, null or of another form: the tables of fields in `unification` say what is read, and how.
 */

/** machine.md; `id` is 40 hex digits. */
export type MdeMachine = Identified<'id'>;

/** machineaction.md; `id` is a GUID. */
export type MdeMachineAction = Identified<'id'>;

/** alerts.md */
export interface MdeAlert extends Identified<'id'> {
  /** Text in the table. */
  readonly relatedUser?: MdeRelatedUser | null;
  /** Seen in newer answers, on no page. */
  readonly loggedOnUsers?:
    | readonly { readonly accountName?: string | null; readonly domainName?: string | null }[]
    | null;
  /** Empty in lists without `$expand=evidence`. */
  readonly evidence?: readonly MdeAlertEvidence[] | null;
}

/** alerts.md */
export interface MdeRelatedUser {
  readonly userName?: string | null;
  readonly domainName?: string | null;
}

/** alerts.md: one flat record for every kind, null where not applicable. */
export interface MdeAlertEvidence {
  readonly entityType?: string | null;
  readonly evidenceCreationTime?: string | null;
  readonly sha1?: string | null;
  readonly sha256?: string | null;
  readonly fileName?: string | null;
  readonly filePath?: string | null;
  readonly processId?: number | null;
  readonly processCommandLine?: string | null;
  readonly processCreationTime?: string | null;
  readonly parentProcessId?: number | null;
  readonly parentProcessCreationTime?: string | null;
  readonly parentProcessFileName?: string | null;
  readonly parentProcessFilePath?: string | null;
  readonly ipAddress?: string | null;
  readonly url?: string | null;
  readonly registryKey?: string | null;
  readonly registryHive?: string | null;
  readonly registryValueType?: string | null;
  readonly registryValue?: string | null;
  readonly accountName?: string | null;
  readonly domainName?: string | null;
  readonly userSid?: string | null;
  readonly aadUserId?: string | null;
  readonly userPrincipalName?: string | null;
  readonly detectionStatus?: string | null;
}

/** run-live-response.md: a command as it is sent. */
export interface MdeCommand {
  /** `PutFile`, `RunScript`, `GetFile`. */
  readonly type: string;
  /** Keys: `FileName`; `ScriptName`, `Args`; `Path`. */
  readonly params: readonly MdeCommandParam[];
}

/** run-live-response.md */
export interface MdeCommandParam {
  readonly key: string;
  readonly value: string;
}

/** Something with the id of a machine. */
export const isMdeMachine = (value: unknown): value is MdeMachine => hasId(value, 'id');

/** Something with the id of an alert. */
export const isMdeAlert = (value: unknown): value is MdeAlert => hasId(value, 'id');

/** Something with the id of a machine action. */
export const isMdeMachineAction = (value: unknown): value is MdeMachineAction => hasId(value, 'id');
