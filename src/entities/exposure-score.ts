import { asNumber, asText, asTime, type EntityOf, readFields } from '../unification/fields.ts';

/** score.md; the group stands in the list by machine groups alone. */
export const scoreFields = {
  time: asTime('time'),
  score: asNumber('score'),
  rbacGroupName: asText('rbacGroupName'),
  rbacGroupId: asText('rbacGroupId'),
} as const;

/** A score of a tenant, or of a device group in it. */
export interface Score extends EntityOf<typeof scoreFields> {}

/** Reads one. */
export const readScore = readFields(scoreFields);

/** The score of a whole tenant. */
export interface ExposureScore extends Score {
  /** The tenant's configured name. */
  readonly tenant: string;
}
