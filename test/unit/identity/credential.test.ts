import { expect, test } from 'vitest';
import type { AppAuth } from '../../../src/config/tenants.ts';
import { readCredential } from '../../../src/identity/credential.ts';
import { createTlsMaterial } from '../../../src/simulator/tls/authority.ts';
import { appId } from './entra.ts';

const noAssertion = (): never => {
  throw new Error('No assertion is asked for');
};

const secret = (text: string): AppAuth => ({ kind: 'secret', clientId: appId, clientSecret: async () => text });

const certificate = (sendChain: boolean, { certificatePem, privateKeyPem } = createTlsMaterial(['app'])): AppAuth => ({
  kind: 'certificate',
  clientId: appId,
  certificate: async () => ({ certificatePem, privateKeyPem, sendChain }),
});

const material = createTlsMaterial(['app']);

test.each([
  ['a secret', secret('one'), secret('one'), secret('two')],
  ['a certificate', certificate(false, material), certificate(false, material), certificate(false)],
  ['the chain of one', certificate(false, material), certificate(false, material), certificate(true, material)],
])('D1: %s is made again only when it has changed', async (_, auth, same, changed) => {
  const first = await readCredential(auth, noAssertion);
  expect(await readCredential(same, noAssertion, first)).toBe(first);
  const second = await readCredential(changed, noAssertion, first);
  expect(second.fingerprint).not.toBe(first.fingerprint);
  expect(second.options).not.toEqual(first.options);
});
