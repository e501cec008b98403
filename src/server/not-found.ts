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

const placeOf = new Map(
  Object.entries(places).flatMap(([place, words]) => [place.slice(1), ...words].map((word) => [word, place])),
);

/** The longest path that is compared with others. */
const longestPath = 40;

/** `; did you mean "/healthz"? The` for a path that resembles a place, or its other words. */
const nearest = (path: string): string => {
  if (path.length > longestPath) return '';
  const word = path.replace(/^\/|\/$/g, '');
  const known = /"(.*)"/.exec(didYouMean(word, [...placeOf.keys()]))?.[1];
  return known === undefined ? '' : ` did you mean "${placeOf.get(known)}"?`;
};

/** Answers what no route took. */
export const notFound: RequestHandler = ({ path, method }, _response, next) => {
  if (method !== 'GET' && path in places)
    return next(new NotFoundError(`${path} is asked for with GET, not with ${method}`));
  const hint = nearest(path);
  next(new NotFoundError(`Nothing is here;${hint} ${hint === '' ? 'the' : 'The'} graph is at /graphql`));
};
