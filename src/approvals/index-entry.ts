import { createHash } from 'node:crypto';

/** Digits of a time in milliseconds: enough until the year 33658, so that the order of texts is that of times. */
const digits = 15;

/** A time as text in the order of times. */
export const timeText = (epochMs: number): string => String(epochMs).padStart(digits, '0');

/** An approval in a list: enough to tell its place and its end without reading it. */
export interface IndexEntry {
  readonly approvalId: string;
  /** Epoch milliseconds. */
  readonly requestedAt: number;
  readonly expiresAt: number;
}

/** The entry as a member of a sorted list, in the order of asking. */
export const memberOf = ({ approvalId, requestedAt, expiresAt }: IndexEntry): string =>
  `${timeText(requestedAt)}:${timeText(expiresAt)}:${approvalId}`;

export const entryOf = (member: string): IndexEntry => {
  const [requestedAt = '', expiresAt = '', approvalId = ''] = member.split(':');
  return { approvalId, requestedAt: Number(requestedAt), expiresAt: Number(expiresAt) };
};

/** A tenant by its configured name, and by Microsoft's id of it, as far as a request tells. */
type TenantPlace = readonly [name: string, tenantId?: string];

/** Names of lists: callers by a hash, since keys of the store are not encrypted. */
export const listOfTenant = (...place: TenantPlace): string => ['tenant', ...place].join(':');
export const listOfCaller = (callerId: string): string =>
  `caller:${createHash('sha256').update(callerId).digest('base64url').slice(0, 22)}`;
/** What one caller asked for in one tenant. */
export const listOfCallerIn = (callerId: string, ...place: TenantPlace): string =>
  [listOfCaller(callerId), ...place].join(':');
