import type { ApiName } from '../../clouds/endpoints.ts';
import { compareDecimal } from '../../upstream/http/odata.ts';
import type { FilterRow } from './rows.ts';

/** The number is at least the value; what has none does not meet it. `places`: properties that `$filter` takes as numbers. */
export const atLeast = <T>(
  of: (entity: T) => number | null,
  places: Readonly<Partial<Record<ApiName, string>>> = {},
): FilterRow<number, T> => {
  const pushTo = (property: string) => (value: number) => [compareDecimal(property, 'ge', value)] as const;
  return {
    meets: (value) => (entity) => (of(entity) ?? Number.NEGATIVE_INFINITY) >= value,
    push: {
      ...(places.graph && { graph: pushTo(places.graph) }),
      ...(places.m365d && { m365d: pushTo(places.m365d) }),
      ...(places.mde && { mde: pushTo(places.mde) }),
    },
  };
};

/** Whether something is true of the entity; what does not say is neither. Not pushed: no page lets a filter name a flag. */
export const isTrue = <T>(of: (entity: T) => boolean | null): FilterRow<boolean, T> => ({
  meets: (value) => (entity) => of(entity) === value,
  push: {},
});
