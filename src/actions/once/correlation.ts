import { createHash, randomUUID } from 'node:crypto';
import type { MachineAction } from '../../domain/machine-action.ts';

/**
 * A mark in the comment of an action, by which the gateway finds again what it sent: Defender keeps the comment as it is
 * (`requestorComment`), and has no documented key for an id of the sender's own.
 */
export interface Mark {
  /** e.g. `[dg:4f1c0a9be2d7]`. */
  readonly text: string;
}

/** 12 hex digits: short to read, and unique among the actions of one machine. */
const short = (hex: string): Mark => ({ text: `[dg:${hex.slice(0, 12)}]` });

export const randomMark = (): Mark => short(randomUUID().replaceAll('-', ''));

/** The same parts give the same mark, so that a request that is taken up again finds what its first run sent. */
export const markOf = (parts: readonly string[]): Mark =>
  short(createHash('sha256').update(JSON.stringify(parts)).digest('hex'));

/** The comment with the mark behind it. */
export const marked = (comment: string, { text }: Mark): string => `${comment} ${text}`;

export const carries = (action: MachineAction, { text }: Mark): boolean =>
  action.requestorComment?.includes(text) === true;
