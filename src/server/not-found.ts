import type { RequestHandler } from 'express';
import { didYouMean } from '../config/suggest.ts';
import { NotFoundError } from '../errors.ts';

/** What is there, and the words that people try for it besides its own. */
const places: Readonly<Record<string, readonly string[]>> = {
  '/': ['graphiql', 'playground', 'index.html'],
  '/graphql': ['graph', 'query'],
  '/schema.graphql': ['schema', 'sdl'],
  '/healthz': ['health', 'live', 'livez', 'status', 'ping'],
  '/readyz': ['ready', 'readiness'],
  '/readyz/reads': [],
  '/readyz/actions': [],
  '/metrics': ['prometheus'],
  '/export/{name}': ['export', 'exports'],
};

/** The longest path that is compared with others. */
const longestPath = 40;

/** Answers what no route took. `hasPage`: whether GraphiQL is at `/`. */
export const notFound = (hasPage: boolean): RequestHandler => {
  const here = Object.keys(places).filter((place) => place !== '/' || hasPage);
  const placeOf = new Map(
    here.flatMap((place) => [place.slice(1), ...(places[place] ?? [])].map((word) => [word, place])),
  );
  /** ` did you mean "/healthz"?` for a path that resembles a place, or its other words. */
  const nearest = (path: string): string => {
    if (path.length > longestPath) return '';
    const word = path.replace(/^\/|\/$/g, '');
    const known = /"(.+)"/.exec(didYouMean(word, [...placeOf.keys()]))?.[1];
    return known === undefined ? '' : ` did you mean "${placeOf.get(known)}"?`;
  };
  return ({ path, method }, _response, next) => {
    if (method !== 'GET' && here.includes(path))
      return next(new NotFoundError(`${path} is asked for with GET, not with ${method}`));
    const hint = nearest(path);
    next(new NotFoundError(`Nothing is here;${hint} ${hint === '' ? 'the' : 'The'} graph is at /graphql`));
  };
};
