import { hasId, type Identified } from '../answers.ts';

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
  /** Empty in lists without `$expand=evidence`. One flat record for every kind, null where not applicable. */
  readonly evidence?: readonly Readonly<Record<string, unknown>>[] | null;
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
