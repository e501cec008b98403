import type { Route } from '../http/types.ts';
import type { OddityValues } from './values.ts';

/** How a 429 says how long to wait. */
export type ThrottleSays = OddityValues['throttleSays'];

/** A refusal for too many calls. */
export interface Throttled {
  readonly says: ThrottleSays;
  readonly route: Pick<Route, 'id' | 'quota'>;
  readonly waitSeconds: number;
  /** `Retry-After` as the product writes seconds. */
  readonly retryAfter: string;
  readonly now: Date;
}

/** Hunting names the quota that is used up, and no wait; lists name the wait. */
const inWords = ({ route, waitSeconds }: Throttled): string => {
  const { perMinute, perHour } = route.quota;
  if (!/hunting|advancedquery/i.test(route.id)) {
    return `Too many calls of ${route.id}. You can send requests again in ${Math.ceil(waitSeconds)} seconds.`;
  }
  const hourly = perMinute === null || waitSeconds > 60;
  return `API calls quota exceeded! maximum allowed ${hourly ? (perHour ?? 1500) : perMinute} per ${hourly ? '01:00:00' : '00:01:00'}`;
};

/** Message and headers of a 429. */
export const sayThrottled = (
  throttled: Throttled,
): { readonly message: string; readonly headers: Readonly<Record<string, string>> } => {
  const { says, route, waitSeconds, retryAfter, now } = throttled;
  const message = `Too many calls of ${route.id}.`;
  switch (says) {
    case 'seconds':
      return {
        message: `${message} Calls may resume in ${retryAfter} seconds.`,
        headers: { 'retry-after': retryAfter },
      };
    case 'words':
      return { message: inWords(throttled), headers: {} };
    case 'date':
      return {
        message,
        headers: { 'retry-after': new Date(now.getTime() + Math.ceil(waitSeconds) * 1000).toUTCString() },
      };
    case 'nothing':
      return { message, headers: {} };
  }
};
