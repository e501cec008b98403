import { InputError } from '../errors.ts';

/** No Defender page prints a limit; the longest published hunts are far below this. */
const maxQueryLength = 100_000;

/** A dot at the beginning, where comments may stand before it. */
const commandForm = /^(?:\s|\/\/[^\n\r]*(?:[\n\r]|$))*\./;

/** Raw KQL that may be sent: not empty, no management command. */
export const checkedQuery = (query: string): string => {
  const text = query.trim();
  if (text === '') throw new InputError('query: the KQL is empty', { field: 'query' });
  if (text.length > maxQueryLength)
    throw new InputError(`query: longer than ${maxQueryLength} characters`, { field: 'query' });
  if (commandForm.test(text))
    throw new InputError('query: management commands are not part of advanced hunting', { field: 'query' });
  return text;
};

const duration = String.raw`P(?=\d|T\d)(?:\d+(?:\.\d+)?Y)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?W)?(?:\d+(?:\.\d+)?D)?(?:T(?=\d)(?:\d+(?:\.\d+)?H)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?S)?)?`;
const moment = String.raw`\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?(?:Z|[+-]\d{2}:\d{2})?)?`;
const timespanForm = new RegExp(
  `^(?:${moment}/${moment}|${duration}/${moment}|${moment}/${duration}|${duration}|${moment})$`,
);

/** One of Graph's five forms: `start/end`, `duration/end`, `start/duration`, `duration`, `start`. */
export const checkedTimespan = (timespan: string | null): string | null => {
  if (timespan === null || timespanForm.test(timespan)) return timespan;
  throw new InputError(
    `timespan: "${timespan.slice(0, 80)}" is not ISO 8601 (P7D, PT12H, start/end, start/P1D, P1D/end)`,
    {
      field: 'timespan',
    },
  );
};
