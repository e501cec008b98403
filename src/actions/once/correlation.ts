import { createHash, randomUUID } from 'node:crypto';
import type { MachineAction } from '../../domain/machine-action.ts';

/**
 * A correlation tag in the comment of an action, by which the gateway finds again what it sent: Defender keeps the comment as it is
 * (`requestorComment`), and has no documented key for an id of the sender's own.
 */
export interface CorrelationTag {
  /** e.g. `[dg:4f1c0a9be2d7]`. */
  readonly text: string;
}

/** 12 hex digits: short to read, and unique among the actions of one machine. */
const short = (hex: string): CorrelationTag => ({ text: `[dg:${hex.slice(0, 12)}]` });

export const randomTag = (): CorrelationTag => short(randomUUID().replaceAll('-', ''));

/** The same parts give the same tag, so that a request that is resumed again finds what its first run sent. */
export const tagOf = (parts: readonly string[]): CorrelationTag =>
  short(createHash('sha256').update(JSON.stringify(parts)).digest('hex'));

/** The comment with the tag behind it. */
export const tagged = (comment: string, { text }: CorrelationTag): string => `${comment} ${text}`;

export const carries = (action: MachineAction, { text }: CorrelationTag): boolean =>
  action.requestorComment?.includes(text) === true;

/** Whether its comment has a whole tag, of whatever action: one that has is no other's. */
export const carriesAny = ({ requestorComment }: MachineAction): boolean =>
  requestorComment !== null && /\[dg:[0-9a-f]{12}\]/.test(requestorComment);
