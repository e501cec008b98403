import type { ApiName } from '../clouds/endpoints.ts';
import type { Ways } from './route.ts';

/** Only the way of `api`, when a cursor has to go on where it began; all ways otherwise. */
export const waysOf = <T>(ways: Ways<T>, api: ApiName | undefined): Ways<T> => {
  if (api === undefined) return ways;
  const way = ways[api];
  return way === undefined ? {} : { [api]: way };
};
