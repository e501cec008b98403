import type { Person } from '../domain/person.ts';
import type { Caller } from './caller.ts';

export { maybeSamePerson, type Person } from '../domain/person.ts';

/** The person behind a caller; `null` for an app, for an API key without an `owner` and for callers without a credential. */
export const personOf = ({ person }: Pick<Caller, 'person'>): Person | null => person ?? null;
