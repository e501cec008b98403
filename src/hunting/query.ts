import { compareTimes, utcMoment } from '../domain/time.ts';
import { InputError } from '../errors.ts';
import { codeOf, type KqlTextFault, placeIn, refusedIn, unpaired } from './kql-text.ts';

/** No Defender page prints a limit; the longest published hunts are far below this. */
const maxQueryLength = 100_000;

/** What is wrong with a query by its text alone: it costs no call of the tenants' quotas. */
const faultIn = (text: string): KqlTextFault | null => {
  const code = codeOf(text);
  return typeof code === 'string' ? (refusedIn(code) ?? unpaired(code)) : code;
};

/** Raw KQL that may be sent: not empty, whole in its texts and brackets, and of what advanced hunting runs within the tenant. */
export const checkedQuery = (query: string): string => {
  const text = query.trim();
  if (text === '') throw new InputError('query: the KQL is empty', { field: 'query' });
  if (text.length > maxQueryLength)
    throw new InputError(`query: longer than ${maxQueryLength} characters`, { field: 'query' });
  const fault = faultIn(text);
  if (fault === null) return text;
  throw new InputError(`query: ${fault.says} (${placeIn(text, fault.at)})`, { field: 'query' });
};

const duration = String.raw`P(?=\d|T\d)(?:\d+(?:\.\d+)?Y)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?W)?(?:\d+(?:\.\d+)?D)?(?:T(?=\d)(?:\d+(?:\.\d+)?H)?(?:\d+(?:\.\d+)?M)?(?:\d+(?:\.\d+)?S)?)?`;
const moment = String.raw`\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?(?:Z|[+-]\d{2}:\d{2})?)?`;
const timespanForm = new RegExp(
  `^(?:${moment}/${moment}|${duration}/${moment}|${moment}/${duration}|${duration}|${moment})$`,
);

/** Whether it has two ends, of which the second is not behind the first: nothing is between them. */
const isBackwards = (timespan: string): boolean => {
  const [start = '', end = ''] = timespan.split('/');
  // A day is its first moment.
  const [from, to] = [start, end].map((text) => (text.startsWith('P') ? null : utcMoment(text)));
  return from != null && to != null && compareTimes(from, to) >= 0;
};

/** One of Graph's five forms: `start/end`, `duration/end`, `start/duration`, `duration`, `start`. */
export const checkedTimespan = (timespan: string | null): string | null => {
  if (timespan === null) return null;
  const shown = timespan.slice(0, 80);
  if (!timespanForm.test(timespan)) {
    throw new InputError(`timespan: "${shown}" is not ISO 8601 (P7D, PT12H, start/end, start/P1D, P1D/end)`, {
      field: 'timespan',
    });
  }
  if (isBackwards(timespan)) throw new InputError(`timespan: "${shown}" ends before it begins`, { field: 'timespan' });
  return timespan;
};
