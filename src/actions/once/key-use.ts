import { createHash } from 'node:crypto';
import type { Caller } from '../../access/caller.ts';

/** A key, whose it is, and of what. */
export interface KeyUse {
  readonly caller: Pick<Caller, 'id'>;
  /** Whose keys they are: those that the gateway gives its approvals are never those that a caller gives. */
  readonly namespace?: 'approval';
  readonly mutation: string;
  /** Microsoft's id of the tenant that it is about, whose name may be another's by the time of a repeat. Absent: of several. */
  readonly tenantId?: string;
  /** Without one nothing is remembered. */
  readonly key: string | undefined;
}

/** The place of anything that is equal for equal uses. */
export const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url');

/** Whose key it is, and of what. */
export const placeOf = ({ namespace, caller, mutation, key }: KeyUse): readonly unknown[] => [
  ...(namespace === undefined ? [caller.id] : [namespace, caller.id]),
  mutation,
  key,
];
