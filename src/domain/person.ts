/** The human behind a caller, by the names that they are known under. Plain data: it can be stored. */
export interface Person {
  /** `tid:oid` in lower case: their Entra tenant and their object id in it. `null` where only a user name is known. */
  readonly id: string | null;
  /** User principal names in lower case. */
  readonly userNames: readonly string[];
}

const idForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const userNameForm = /^[^\s@:]+@[^\s@:]+$/;

/** The person that a setting names, as `tid:oid` or by user name; `undefined` for text that is neither. */
export const personNamed = (text: string): Person | undefined => {
  const name = text.toLowerCase();
  if (idForm.test(name)) return { id: name, userNames: [] };
  return userNameForm.test(name) ? { id: null, userNames: [name] } : undefined;
};

/** A user principal name: phone numbers and the like tell nobody apart, since one human may sign in by several. */
const isPrincipalName = (name: string): boolean => userNameForm.test(name);

const guestForm = /^(.+)_([^_@]+)#ext#@/;

/**
 * The name at home of a guest, whose own has the form `ana_contoso.com#EXT#@fabrikam.onmicrosoft.com`; a prefix such as
 * `live.com#` (v1 tokens) says by whom they signed in. https://learn.microsoft.com/entra/external-id/user-properties
 */
const nameAtHome = (name: string): string => {
  const plain = name.trim().toLowerCase();
  const [, local, domain] = guestForm.exec(plain) ?? [];
  return local === undefined || domain === undefined ? plain.replace(/^[^#@]+#(?=[^#]+@)/, '') : `${local}@${domain}`;
};

const namesOf = ({ userNames }: Person): readonly string[] => userNames.map(nameAtHome);

const tenantOf = (id: string): string => id.slice(0, id.indexOf(':'));

/** Two object ids tell two humans apart within one tenant alone: a guest has one of their own in each. */
const comparable = (one: Person, other: Person): boolean =>
  (one.id !== null && other.id !== null && tenantOf(one.id) === tenantOf(other.id)) ||
  (namesOf(one).some(isPrincipalName) && namesOf(other).some(isPrincipalName));

/**
 * Whether two may be the same human: one object id or one user name is the same, or nothing of the two can be compared (an id
 * here, only a user name there). Four eyes need the opposite to be sure, so doubt counts as the same.
 */
export const maybeSamePerson = (one: Person, other: Person): boolean =>
  (one.id !== null && one.id === other.id) ||
  namesOf(one).some((name) => namesOf(other).includes(name)) ||
  !comparable(one, other);
