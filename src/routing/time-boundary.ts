import { utcMoment } from '../domain/time.ts';

/**
 * The time, and whatever an API cut off behind its digits: a row shown at 10:00:00.123 may be kept as 10:00:00.1239.
 * `null`: not a time that can be asked by.
 */
export const boundaryOf = (time: string | null): string | null => {
  const text = time === null ? null : utcMoment(time);
  if (text === null || time === null) return null;
  const given = /\.(\d+)/.exec(text)?.[1] ?? '';
  return given.length >= 7 ? text : `${text.slice(0, 19)}.${given.padEnd(7, '9')}Z`;
};
