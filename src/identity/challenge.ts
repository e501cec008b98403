/**
 * What every app of the gateway says it can do: CP1 tells Entra and the APIs that claims challenges are answered, so that
 * they may issue tokens which live long and are revoked at once (continuous access evaluation).
 * https://learn.microsoft.com/entra/identity-platform/claims-challenge
 */
export const clientCapabilities = (): string[] => ['CP1'];

/**
 * The claims that the `WWW-Authenticate` of a 401 asks the next token to carry, decoded to JSON text. `undefined`: no
 * challenge, or one that is no JSON object, which MSAL would refuse to pass on.
 */
export const claimsChallengeOf = (header: string | undefined): string | undefined => {
  if (header === undefined || !/\berror\s*=\s*"?insufficient_claims\b/i.test(header)) return undefined;
  const encoded = /\bclaims\s*=\s*"?([\w+/=-]+)/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const claims = Buffer.from(encoded, 'base64').toString('utf8');
  try {
    const parsed: unknown = JSON.parse(claims);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? claims : undefined;
  } catch {
    return undefined; // No challenge that anybody could meet: the 401 then stands for itself.
  }
};
