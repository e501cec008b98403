/**
 * What a 403 says by its code (common-errors.md): the token may carry the permission all the same. The sentence of
 * DisallowedOperation is that of live response on a device without an automation level.
 */
export const forbiddenSentences = {
  Forbidden: 'Forbidden (valid token but insufficient permission for the action).',
  DisabledFeature: 'Tenant feature is not enabled.',
  DisallowedOperation:
    'This device has no automation level assigned to it. Live response needs a device group with an automated remediation level.',
} as const satisfies Record<string, string>;

/** A code of the table above. */
export type ForbiddenCode = keyof typeof forbiddenSentences;
