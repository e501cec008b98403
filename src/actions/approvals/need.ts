import { GatewayError, InputError, type ResultError } from '../../errors.ts';
import type { ActRow } from './act.ts';
import type { ApprovalRequest } from './record.ts';

/** How long a request stands when no guardrail says; and the longest that a caller may ask for. */
const defaultValidMinutes = 60;
const maxValidMinutes = 1440;

/** Milliseconds that a request stands: as asked, and never longer than the shortest time that a guardrail gives. */
const standsMs = (askedMinutes: number | null, rows: readonly ActRow[]): number => {
  if (askedMinutes !== null && (askedMinutes < 1 || askedMinutes > maxValidMinutes)) {
    throw new InputError(`validMinutes must be 1 to ${maxValidMinutes}`, { field: 'validMinutes' });
  }
  const allowed = rows.flatMap(({ error }) => (error?.approval ? [error.approval.validMs] : []));
  if (allowed.length === 0) return (askedMinutes ?? defaultValidMinutes) * 60_000;
  return Math.min(...allowed, (askedMinutes ?? maxValidMinutes) * 60_000);
};

const distinct = <T>(values: readonly T[]): readonly T[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
];

const canBeApproved = ({ error }: ActRow): boolean => error === null || error.approval !== null;

const errorOf = ({ code, message, guardrails, missingPermissions }: ResultError): GatewayError =>
  new GatewayError(code, message, { guardrails, missingPermissions });

/** What a request needs, by what its act came to when it was tried dry. */
export interface TriedAct extends Pick<ApprovalRequest, 'guardrails' | 'approverRoles'> {
  readonly standsMs: number;
  /** What would become of each target once it is approved. */
  readonly results: readonly ActRow[];
}

/** Throws the first target's error when no approval would let any target through, `BAD_USER_INPUT` for a bad time. */
export const needOf = (rows: readonly ActRow[], askedMinutes: number | null): TriedAct => {
  const stands = standsMs(askedMinutes, rows);
  const [first] = rows;
  if (first?.error && !rows.some(canBeApproved)) throw errorOf(first.error);
  return {
    standsMs: stands,
    guardrails: distinct(rows.flatMap(({ error }) => error?.guardrails ?? [])),
    approverRoles: distinct(rows.flatMap(({ error }) => error?.approval?.approverRoles ?? [])),
    results: rows.map((row) => (row.error?.approval ? { ...row, error: null } : row)),
  };
};
