import { goesByName } from '../domain/alert-machines.ts';
import { type IdForm, isMachineId, spelledId } from '../domain/id-forms.ts';
import type { JsonRecord } from '../domain/records.ts';

/** Whether what came is what was asked for by an id. */
export type IsAsked<T = JsonRecord> = (came: T, asked: string) => boolean;

/** Text, or a number as text; null: it was not sent. */
const told = (value: unknown): string | null =>
  (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : null;

/** Neither letter case makes another id, nor does a number in place of its text. */
const isSame = (came: string | null, asked: string): boolean => came?.toLowerCase() === asked.toLowerCase();

/**
 * How an answer is known to be of what was asked for by an id: all that may differ, a rule each. What a rule compares by and
 * Microsoft did not send cannot speak against the answer, but for the id itself.
 */
export const asked = {
  /** Under its own id. An incident that was merged into another is still told under its own, and names the other. */
  byId:
    (property = 'id'): IsAsked =>
    (came, id) =>
      isSame(told(came[property]), id),

  /** A machine: by its id, by its DNS name, or by the host name that one of them begins with. get-machine-by-id.md */
  byIdOrName: ({ id, computerDnsName }: JsonRecord, idOrName: string): boolean => {
    if (isSame(told(id), idOrName)) return true;
    const name = told(computerDnsName);
    return !isMachineId(idOrName) && (name === null || goesByName(name, idOrName) || goesByName(idOrName, name));
  },

  /** What is done on a machine: by the id of that. */
  byMachine: ({ machineId }: JsonRecord, id: string): boolean => {
    const came = told(machineId);
    return came === null || isSame(came, id);
  },

  /** A file: by the hash of the same length, for it may be asked for by one and told with another. get-file-information.md */
  byHash: ({ sha1, sha256 }: JsonRecord, hash: string): boolean => {
    const came = told(hash.length === 64 ? sha256 : sha1);
    return came === null || isSame(came, hash);
  },

  /** What is said of a name that may be spelled otherwise: by the one spelling of both. */
  byName:
    (property: string, form: IdForm): IsAsked =>
    (came, name) => {
      const sent = told(came[property]);
      return sent === null || isSame(spelledId(form, sent) ?? sent, spelledId(form, name) ?? name);
    },

  /** Under the text that it was given, without regard to blanks around it. */
  byText:
    (property: string): IsAsked =>
    (came, text) => {
      const sent = told(came[property]);
      return sent === null || isSame(sent.trim(), text.trim());
    },

  /** Something single, or of another kind than what it is read by: it has no id that could be compared. */
  byNothing: () => true,
} as const;
