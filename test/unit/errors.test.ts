import { expect, test } from 'vitest';
import { GatewayError, resultErrorOf, TenantAccessError } from '../../src/errors.ts';

test('an error as a row has all that a caller can act on', () => {
  const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
  const details = { tenant: 'contoso', upstreamCode: 'AADSTS50076', retryAfterSeconds: 30, claims };
  expect(resultErrorOf(new TenantAccessError('TENANT_SIGN_IN_REQUIRED', 'sign in again', details))).toMatchObject({
    code: 'TENANT_SIGN_IN_REQUIRED',
    message: 'sign in again',
    upstreamCode: 'AADSTS50076',
    upstreamRequestId: null,
    retryAfterSeconds: 30,
    missingPermissions: [],
    claims,
  });
});

test('that an action was not sent is told in a row', () => {
  const error = new GatewayError('INTERNAL', 'The clock is off, so nothing was done', { sent: 'no' });
  expect(resultErrorOf(error).message).toBe('The clock is off, so nothing was done');
});

test('an error of the gateway itself is masked in a row', () => {
  const { message, claims } = resultErrorOf(new GatewayError('INTERNAL', 'the store at its address'));
  expect([message, claims]).toEqual(['Internal error', null]);
});
