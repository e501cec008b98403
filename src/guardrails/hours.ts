import type { Hours, Weekday } from '../config/guardrails.ts';
import { weekdays } from '../config/guardrails.ts';

/** Day and minute of the day in a time zone. */
const localTime = (
  epochMs: number,
  timeZone: string,
): { readonly day: Weekday | undefined; readonly minute: number } => {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(epochMs);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  const name = part('weekday').toLowerCase();
  return { day: weekdays.find((day) => day === name), minute: Number(part('hour')) * 60 + Number(part('minute')) };
};

const dayBefore = (day: Weekday): Weekday | undefined => weekdays.at(weekdays.indexOf(day) - 1);

/** Whether a moment is within the hours. Hours that reach past midnight belong to the day on which they begin. */
export const isWithin = ({ fromMinute, toMinute, days, timeZone }: Hours, epochMs: number): boolean => {
  const { day, minute } = localTime(epochMs, timeZone);
  const begins = (on: Weekday | undefined): boolean => on !== undefined && days.includes(on);
  if (fromMinute < toMinute) return begins(day) && minute >= fromMinute && minute < toMinute;
  if (minute >= fromMinute) return begins(day);
  return day !== undefined && minute < toMinute && begins(dayBefore(day));
};
