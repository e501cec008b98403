import { notBlank } from '../../domain/filter-faults.ts';
import { InputError } from '../../errors.ts';
import { alerts } from './alerts.ts';
import { attacks } from './attacks.ts';
import { delivery } from './delivery.ts';
import { devices } from './devices.ts';
import type { LibraryQueries, LibraryQuery } from './library-query.ts';
import { movement } from './movement.ts';
import { origins } from './origins.ts';
import { persistence } from './persistence.ts';

/** What queries are about, in the order in which they are listed. */
const groups = {
  alerts,
  devices,
  delivery,
  attacks,
  movement,
  persistence,
  origins,
} as const satisfies Readonly<Record<string, LibraryQueries>>;

/** A query with its name and group. */
export interface NamedQuery extends LibraryQuery {
  readonly name: string;
  readonly group: string;
}

/** The whole library. */
export const library: readonly NamedQuery[] = Object.entries<LibraryQueries>(groups).flatMap(([group, queries]) =>
  Object.entries(queries).map(([name, query]) => ({ name, group, ...query })),
);

const byName = new Map(library.map((query) => [query.name, query]));

/** A query by its name. */
export const queryNamed = (name: string): NamedQuery | undefined => byName.get(name);

export const queryNames: readonly string[] = [...byName.keys()];

/** Which queries are listed. */
export interface LibraryFilter {
  readonly group?: string | null | undefined;
  readonly textContains?: string | null | undefined;
}

/** Throws `BAD_USER_INPUT` for what no query can meet. */
export const queriesOf = ({ group, textContains }: LibraryFilter): readonly NamedQuery[] => {
  notBlank(textContains, 'textContains');
  if (group != null && !Object.hasOwn(groups, group))
    throw new InputError(`group: "${group.slice(0, 80)}" is none of ${Object.keys(groups).join(', ')}`, {
      field: 'group',
    });
  const wanted = textContains?.toLowerCase() ?? '';
  return library.filter(
    (query) =>
      (group == null || query.group === group) &&
      [query.name, query.about, ...query.alsoKnownAs].some((text) => text.toLowerCase().includes(wanted)),
  );
};
