import { isRecord } from '../domain/records.ts';
import type { Form } from './space.ts';

/** An entry without an end by which a store is known. */
export interface Marker {
  /** Made at random when the marker is written anew. */
  readonly id: string;
  /** When that was, by the store's time, epoch milliseconds. */
  readonly at: number;
  /** Counted up by all processes with each of their looks: a store that is set back to an older copy counts less. */
  readonly beat: number;
  /** When a process found that entries which it had seen were gone; null: none did. */
  readonly lostAt: number | null;
  /** When an operator said that it does not matter; null: they did not. */
  readonly acceptedAt: number | null;
}

const isTime = (value: unknown): boolean => value === null || typeof value === 'number';

const markerForm: Form = {
  version: 1,
  isValid: (value) =>
    isRecord(value) &&
    typeof value.id === 'string' &&
    typeof value.at === 'number' &&
    typeof value.beat === 'number' &&
    isTime(value.lostAt) &&
    isTime(value.acceptedAt),
};

/** The space of the marker, and its only key. */
export const markerSpace = { name: 'store-marker', options: { guards: markerForm }, key: 'marker' } as const;
