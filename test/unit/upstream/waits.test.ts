import { describe, expect, test } from 'vitest';
import { throttleWait } from '../../../src/upstream/http/waits.ts';

const now = Date.parse('2026-11-27T11:00:00Z');
const hunting = { pace: 'hunting' } as const;

const throttled = (message: string, headers: Readonly<Record<string, string>> = {}) => ({
  status: 429,
  headers,
  body: JSON.stringify({ error: { code: 'TooManyRequests', message } }),
});

const forms: readonly (readonly [text: string, seconds: number])[] = [
  ['API calls quota exceeded! maximum allowed 1500 per 01:00:00', 3600],
  ['API calls quota exceeded! maximum admitted 45 per 00:01:00.', 60],
  ['API calls quota exceeded! maximum admitted 45 per 1m.', 60],
  ['API calls quota exceeded! maximum admitted 1500 per 1h.', 3600],
  ['maximum allowed 3 per 1.00:00:00', 3600],
  ['API calls quota exceeded! maximum admitted 100 per 1m. You can send requests again in 36 seconds.', 36],
  ['You can send requests again in 36 seconds.', 36],
  ['You can send requests again in 7 sec', 7],
  ['You can send requests again after 00:02:30.', 150],
  ['Too many requests. Please try again after 2 minutes.', 120],
  ['Please retry in about 5 min.', 300],
  ['Retry your request in an hour.', 3600],
  ['Please try again in 1 minute and 30 seconds', 90],
  ['Please try again in 1 hour, 0 minutes, 5 seconds', 3600],
  ['Please wait 90 seconds before retrying.', 90],
  ['wait for 10 minutes', 600],
  ['Wait at least 45s.', 45],
  ['Rate limit is exceeded. Try again in 12 seconds.', 12],
  ['Calls may resume in 20 seconds.', 20],
  ['The quota will be renewed in fifteen minutes', 900],
  ['Your quota resets in 250 ms', 1],
  ['Try again in PT36S', 36],
  ['Please retry after PT1M30S.', 90],
  ['Retry-After: 41', 41],
  ['retryAfterSeconds=17', 17],
  ['"retryAfter": "19"', 19],
  ['In 30 seconds you may try again', 30],
  ['30 seconds until the next call', 30],
  ['Blocked until 2026-11-27T11:04:00Z', 240],
  ['Calls may resume at 2026-11-27 11:10:00', 600],
  ['Try again after Fri, 27 Nov 2026 11:20:00 GMT', 1200],
  ['You can call again after 11/27/2026 11:30:00 AM', 1800],
  ['Try again at 11:15 UTC.', 900],
  ['Limit of 45 calls per minute was reached', 60],
  ['more than 1500 calls in the last hour', 3600],
  ['hourly quota exceeded', 3600],
  ['The limit is 10 requests/second', 1],
  ['The quota is renewed every 15 minutes', 900],
  // The shortest of the windows named: one call tells whether it was that one.
  ['100 calls per minute and 1500 calls per hour are allowed', 60],
];

describe('R7: 429 that says its wait in words', () => {
  test.each(forms)('%s', (text, seconds) => {
    expect(throttleWait(throttled(text), {}, now)).toEqual({ seconds, said: 'words' });
  });

  test('as a text that is no JSON, or in a field beside the message', () => {
    const plain = { headers: {}, body: 'You can send requests again in 36 seconds.' };
    expect(throttleWait(plain, {}, now).seconds).toBe(36);
    const field = { headers: {}, body: '{"error":{"code":"TooManyRequests","message":"Slow down","retryAfter":36}}' };
    expect(throttleWait(field, {}, now).seconds).toBe(36);
  });

  test.each([
    ['You can send requests again in 36 seconds.', '2.5', 36, 'words'],
    ['You can send requests again in 36 seconds.', '90', 90, 'header'],
    ['Calls may resume in 1 hour.', '0', 3600, 'words'],
    ['Calls may resume in 1 hour.', 'Fri, 27 Nov 2026 10:00:00 GMT', 3600, 'words'],
    ['API calls quota exceeded! maximum allowed 1500 per 01:00:00', '0', 3600, 'words'],
    ['API calls quota exceeded! maximum allowed 1500 per 01:00:00', 'Fri, 27 Nov 2020 10:00:00 GMT', 3600, 'words'],
    // A window is the longest that a wait can be; the header knows how much of it is left.
    ['API calls quota exceeded! maximum allowed 1500 per 01:00:00', '30', 30, 'header'],
  ] as const)('"%s" beside Retry-After %s: the longer of what is said', (text, header, seconds, said) => {
    expect(throttleWait(throttled(text, { 'retry-after': header }), {}, now)).toEqual({ seconds, said });
  });

  test('a date is read by the clock of the answer', () => {
    const headers = { date: 'Fri, 27 Nov 2026 10:50:00 GMT', 'retry-after': 'Fri, 27 Nov 2026 10:52:00 GMT' };
    expect(throttleWait(throttled('', headers), {}, now)).toEqual({ seconds: 120, said: 'header' });
  });
});

describe('R7: 429 that does not say its wait', () => {
  test.each([
    ['', {}, 60],
    ['Too many requests, try again later', {}, 60],
    ['Blocked until 2020-01-01T00:00:00Z', {}, 60],
    ['1500 calls', {}, 60],
    ['Too many requests', hunting, 60],
    ['You have exceeded processing resources allocated to this tenant. Try again later.', hunting, 900],
    ['The CPU quota of the tenant is used up', hunting, 900],
  ])('"%s" %j: the window of the API', (text, operation, seconds) => {
    expect(throttleWait(throttled(text), operation, now)).toEqual({ seconds, said: 'window' });
  });

  test.each([
    ['-5', 60],
    ['NaN', 60],
    ['soon', 60],
    ['', 60],
    ['1000000000000', 3600],
    ['1e999', 60],
    ['Fri, 27 Nov 2026 11:00:30 GMT', 30],
    ['Fri, 27 Nov 2020 11:00:30 GMT', 0],
    ['Fri, 27 Nov 2099 11:00:30 GMT', 3600],
  ])('Retry-After "%s" is %i seconds, bounded', (header, seconds) => {
    expect(throttleWait(throttled('Too many', { 'retry-after': header }), {}, now).seconds).toBe(seconds);
  });
});
