import { z } from 'zod';
import { EntraError } from './errors.ts';

/** The authentication context that the simulator's challenges name. */
const secondFactor = 'c1';

const claimsRequest = z.looseObject({
  access_token: z.looseObject({ acrs: z.looseObject({ value: z.string() }).nullish() }).nullish(),
});

/** The claims challenge that a sign-in with a second factor meets, as JSON text. */
export const secondFactorChallenge = JSON.stringify({
  access_token: { acrs: { essential: true, value: secondFactor } },
});

/** True when a `claims` parameter asks for the second factor; MSAL sends other claims on every sign-in. */
export const asksSecondFactor = (claims: string | null): boolean => {
  if (claims === null) return false;
  try {
    return claimsRequest.parse(JSON.parse(claims)).access_token?.acrs?.value === secondFactor;
  } catch {
    throw new EntraError(900144, 'The claims parameter is not valid.');
  }
};
