import type { RequestHandler } from 'express';
import { InputError } from '../errors.ts';

/** Answers of the graph are for who asked, now: no proxy and no browser keeps them. */
export const notStored: RequestHandler = (_request, response, next) => {
  response.setHeader('cache-control', 'no-store');
  next();
};

/** Refuses a URL whose escapes are no UTF-8: Express would put another character in the place of each. */
export const strictUrl: RequestHandler = (request, _response, next) => {
  try {
    decodeURIComponent(request.url);
  } catch (thrown) {
    throw new InputError('The query of the URL is not UTF-8 in percent escapes', {}, thrown);
  }
  next();
};
