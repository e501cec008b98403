import { readMoment } from '../domain/time.ts';
import { InputError } from '../errors.ts';
import type { AssessmentRow } from './assessments.ts';
import type { ExportAsked } from './export.ts';
import { single } from './parameters.ts';

/** Both forms of Microsoft's, in the order of trying. */
export type Form = 'files' | 'json';

/** Those that an assessment has. */
export const formsOf = ({ files, pages }: AssessmentRow): readonly Form[] => [
  ...(files === undefined ? [] : (['files'] as const)),
  ...(pages === undefined ? [] : (['json'] as const)),
];

/** How far back changes are told: get-assessment-software-vulnerabilities.md. */
const mostDays = 14;

/** `sinceTime`, checked; null where the assessment takes none. */
export const sinceOf = ({ since }: AssessmentRow, { parameters }: ExportAsked, nowMs: number): string | null => {
  if (since === undefined) return null;
  const given = single(parameters, 'sinceTime');
  const time = given === null ? null : readMoment(given);
  const fault = (says: string): InputError => new InputError(`sinceTime ${says}`, { field: 'sinceTime' });
  if (time === null) throw fault('is needed: a moment in ISO 8601 with a zone, e.g. 2026-01-31T08:00:00Z');
  const at = Date.parse(time);
  if (at > nowMs) throw fault('lies in the future');
  if (at < nowMs - mostDays * 86_400_000)
    throw fault(`lies more than ${mostDays} days back, which is as far as Microsoft tells`);
  return time;
};
