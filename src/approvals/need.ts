import { fault } from '../actions/check-input.ts';
import { errorOfResult, GatewayError } from '../errors.ts';
import { maxApprovalMs } from '../store/namespaces.ts';
import type { ActionRow } from './action.ts';
import type { ApprovalRequest } from './record.ts';

/** The longest that a caller may ask for. */
const maxValidMinutes = maxApprovalMs / 60_000;

/** What is asked for, and what bounds it. */
export interface Asked {
  /** e.g. `isolateMachines`. */
  readonly mutation: string;
  /** Null: as long as the guardrails allow. */
  readonly askedMinutes: number | null;
  /** Milliseconds for which the requester's rights are good. */
  readonly mostMs: number;
}

/** Milliseconds that a request stands: as asked, and never longer than the shortest time that a guardrail gives. */
const standsMs = ({ askedMinutes, mostMs }: Asked, rows: readonly ActionRow[]): number => {
  if (askedMinutes !== null && (askedMinutes < 1 || askedMinutes > maxValidMinutes)) {
    throw fault('validMinutes', `must be 1 to ${maxValidMinutes}`);
  }
  const allowed = rows.flatMap(({ error }) => (error?.approval ? [error.approval.validMs] : []));
  return Math.min(...allowed, mostMs, (askedMinutes ?? maxValidMinutes) * 60_000);
};

const distinct = <T>(values: readonly T[]): readonly T[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
];

const needsApproval = ({ error }: ActionRow): boolean => error !== null && error.approval !== null;

/** What a request needs, by what its action came to when it was tried dry. */
export interface TriedAction extends Pick<ApprovalRequest, 'guardrails' | 'approverRoles'> {
  readonly standsMs: number;
  /** What would become of each target once it is approved. */
  readonly results: readonly ActionRow[];
}

/**
 * Throws the first error of a target when no approval would let any through, `APPROVAL_NOT_NEEDED` when they need none, and
 * `BAD_USER_INPUT` for a bad time.
 */
export const needOf = (rows: readonly ActionRow[], asked: Asked): TriedAction => {
  const stands = standsMs(asked, rows);
  if (!rows.some(needsApproval)) {
    const [first] = rows.flatMap(({ error }) => (error === null ? [] : [error]));
    if (first !== undefined && rows.every(({ error }) => error !== null)) throw errorOfResult(first);
    throw new GatewayError(
      'APPROVAL_NOT_NEEDED',
      `No guardrail asks for a second person here: do it at once with ${asked.mutation}`,
      { sent: 'no' },
    );
  }
  return {
    standsMs: stands,
    guardrails: distinct(rows.flatMap(({ error }) => error?.guardrails ?? [])),
    approverRoles: distinct(rows.flatMap(({ error }) => error?.approval?.approverRoles ?? [])),
    results: rows.map((row) => (row.error?.approval ? { ...row, outcome: null, error: null } : row)),
  };
};
