import { type Condition, compareTime } from '../../upstream/http/odata.ts';

/** `After` takes its moment in, `Before` leaves it out. */
export const timesOf = (property: string) => ({
  after: (time: string): Condition => compareTime(property, 'ge', time),
  before: (time: string): Condition => compareTime(property, 'lt', time),
});
