import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { EntraError } from './errors.ts';

/** The authentication context that the simulator's challenges name. */
const secondFactor = 'c1';

const claimsRequest = z.looseObject({ access_token: z.record(z.string(), z.unknown()).nullish() });
const authenticationContext = z.looseObject({ value: z.string() });
const capabilities = z.looseObject({ values: z.array(z.string()) });

/** The claims challenge that a sign-in with a second factor meets, as JSON text. */
export const secondFactorChallenge = JSON.stringify({
  access_token: { acrs: { essential: true, value: secondFactor } },
});

/** What a `claims` parameter asks of the access token. */
export interface AskedClaims {
  /** The app can answer claims challenges (`xms_cc` with CP1). */
  readonly answersChallenges: boolean;
  readonly secondFactor: boolean;
  /** Every claim but the capabilities, as asked: what a challenge names has to be among them. */
  readonly accessToken: Readonly<Record<string, unknown>>;
}

/** Nothing asked: the answer to a request without `claims`. */
export const noClaims: AskedClaims = { answersChallenges: false, secondFactor: false, accessToken: {} };

const parsed = (claims: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    return claimsRequest.parse(JSON.parse(claims)).access_token ?? {};
  } catch {
    return undefined;
  }
};

/** Reads a `claims` parameter; MSAL sends some on every sign-in. */
export const askedClaims = (claims: string | null): AskedClaims => {
  if (claims === null) return noClaims;
  const asked = parsed(claims);
  if (asked === undefined) throw new EntraError(900144, 'The claims parameter is not valid.');
  const { xms_cc: declared, ...accessToken } = asked;
  const values = capabilities.safeParse(declared).data?.values ?? [];
  return {
    answersChallenges: values.some((value) => value.toUpperCase() === 'CP1'),
    secondFactor: authenticationContext.safeParse(accessToken.acrs).data?.value === secondFactor,
    accessToken,
  };
};

/** Whether a token that was asked for with `had` meets a challenge; one that names nothing is never met. */
export const meetsChallenge = (had: Readonly<Record<string, unknown>>, challenge: string): boolean => {
  const wanted = Object.entries(parsed(challenge) ?? {});
  return wanted.length > 0 && wanted.every(([name, value]) => isDeepStrictEqual(had[name], value));
};
