import { InputError } from '../errors.ts';
import type { Handler } from './chain.ts';
import { isJson } from './json-body.ts';

/** Answers of the graph are for who asked, now: no proxy and no browser keeps them. */
export const notStored: Handler = (_request, response, next) => {
  response.setHeader('cache-control', 'no-store');
  next();
};

/** Refuses a URL whose escapes are no UTF-8: Express would put another character in the place of each. */
export const strictUrl: Handler = (request, _response, next) => {
  try {
    decodeURIComponent(request.url ?? '');
  } catch (thrown) {
    throw new InputError('The query of the URL is not UTF-8 in percent escapes', {}, thrown);
  }
  next();
};

/** Refuses a POST whose body is not said to be JSON, as `curl -d` sends it, with what to set. */
export const jsonOnly: Handler = (request, _response, next) => {
  if (request.method === 'POST' && !isJson(request.headers)) {
    throw new InputError(
      'A POST needs the header "content-type: application/json" and a body of JSON, e.g. {"query": "{ viewer { name } }"}; with curl: -H "content-type: application/json" or --json',
    );
  }
  next();
};
