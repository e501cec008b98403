import { describe, expect, test } from 'vitest';
import { claimsChallengeOf } from '../../../src/identity/challenge.ts';

const claims = '{"access_token":{"nbf":{"essential":true,"value":"1772359200"}}}';
const base64 = Buffer.from(claims).toString('base64');
const base64url = Buffer.from(claims).toString('base64url');
const encoded = (text: string): string => Buffer.from(text).toString('base64');

describe('a claims challenge', () => {
  test.each([
    [
      'as documented',
      `Bearer realm="", authorization_uri="https://x/y", error="insufficient_claims", claims="${base64}"`,
    ],
    ['claims first', `Bearer claims="${base64}", error="insufficient_claims"`],
    ['without padding', `Bearer error="insufficient_claims", claims="${base64url}"`],
    ['with blanks, as RFC 9110 allows', `Bearer error = "insufficient_claims", claims = "${base64}"`],
    ['without quotes', `Bearer error=insufficient_claims, claims=${base64}`],
    ['beside another scheme', `PoP realm="x", Bearer error="insufficient_claims", claims="${base64}"`],
  ])('is read %s', (_, header) => {
    expect(claimsChallengeOf(header)).toBe(claims);
  });

  test.each([
    ['no header', undefined],
    ['an expired token', 'Bearer error="invalid_token"'],
    ['claims of another error', `Bearer error="invalid_token", claims="${base64}"`],
    ['no claims', 'Bearer error="insufficient_claims"'],
    ['claims that are no JSON', `Bearer error="insufficient_claims", claims="${encoded('not json')}"`],
    ['claims that are no object', `Bearer error="insufficient_claims", claims="${encoded('[1]')}"`],
  ])('is not %s', (_, header) => {
    expect(claimsChallengeOf(header)).toBeUndefined();
  });
});
