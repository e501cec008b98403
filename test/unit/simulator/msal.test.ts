import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto';
import {
  ConfidentialClientApplication,
  CryptoProvider,
  type INetworkModule,
  InteractionRequiredAuthError,
  type NodeAuthOptions,
  PublicClientApplication,
} from '@azure/msal-node';
import { decodeJwt, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoTenants, type SimTenant } from '../../../src/simulator/tenants.ts';
import { issueCertificate } from '../../../src/simulator/tls/certificate.ts';
import { startSmall } from './small-simulator.ts';

const issuerOfWorkloads = 'https://workloads.contoso.example';
const workload = { issuer: issuerOfWorkloads, subject: 'system:serviceaccount:soc:gateway' };

/** A key with its own certificate, as an operator registers it for an app. */
const appCertificate = () => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = issueCertificate({
    subject: 'gateway',
    publicKey: keys.publicKey,
    issuer: { name: 'gateway', ...keys },
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 86_400_000),
    use: { kind: 'client' },
  });
  const hash = (algorithm: string) => createHash(algorithm).update(new X509Certificate(pem).raw).digest('hex');
  const privateKey = keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { pem, privateKey, thumbprintSha256: hash('sha256'), thumbprint: hash('sha1') };
};

const certificate = appCertificate();
const stranger = appCertificate();
const workloadKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const contoso: SimTenant =
  demoTenants
    .filter(({ name }) => name === 'contoso')
    .map((tenant) => ({
      ...tenant,
      apps: tenant.apps.map((app) => ({
        ...app,
        certificates: [certificate.pem],
        federated: [
          { ...workload, publicKeyPem: workloadKeys.publicKey.export({ type: 'spki', format: 'pem' }).toString() },
        ],
      })),
    }))[0] ?? expect.unreachable();
const clientId = contoso.apps[0]?.clientId ?? '';
const graph = ['https://graph.microsoft.com/.default'];

let small: Awaited<ReturnType<typeof startSmall>>;
beforeAll(async () => {
  small = await startSmall({ tenants: [contoso] });
});
afterAll(() => small[Symbol.asyncDispose]());

/** MSAL's network over a client that trusts the simulator's CA. */
const network = (): INetworkModule => ({
  sendGetRequestAsync: async (url) => {
    const { status, text } = await small.call(url);
    return { status, headers: {}, body: JSON.parse(text) };
  },
  sendPostRequestAsync: async (url, { headers = {}, body = '' } = {}) => {
    const { status, text } = await small.call(url, { method: 'POST', headers, body });
    return { status, headers: {}, body: JSON.parse(text) };
  },
});

const options = (credential: Partial<NodeAuthOptions>) => {
  const { authority } = small.simulator.endpoints('contoso');
  return {
    auth: {
      clientId,
      authority: `${authority}/${contoso.tenantId}`,
      knownAuthorities: [new URL(authority).host],
      ...credential,
    },
    system: { networkClient: network() },
  };
};

const secretApp = () => new ConfidentialClientApplication(options({ clientSecret: 'demo-secret-contoso' }));
const publicApp = () => new PublicClientApplication(options({}));

const workloadToken = (subject: string) =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(issuerOfWorkloads)
    .setSubject(subject)
    .setAudience('api://AzureADTokenExchange')
    .setExpirationTime('5m')
    .sign(workloadKeys.privateKey);

describe('msal-node as a client', () => {
  const { privateKey, thumbprint, thumbprintSha256 } = certificate;
  test.each([
    ['a secret', '1', { clientSecret: 'demo-secret-contoso' }],
    ['a certificate by SHA-256', '2', { clientCertificate: { thumbprintSha256, privateKey } }],
    ['a certificate by SHA-1', '2', { clientCertificate: { thumbprint, privateKey } }],
    ['a federated assertion', '2', { clientAssertion: () => workloadToken(workload.subject) }],
  ] as const)('signs in with %s', async (_title, appidacr, credential) => {
    const app = new ConfidentialClientApplication(options(credential));
    const result = await app.acquireTokenByClientCredential({ scopes: graph });
    expect(decodeJwt(result?.accessToken ?? '')).toMatchObject({
      aud: 'https://graph.microsoft.com',
      iss: `https://sts.windows.net/${contoso.tenantId}/`,
      tid: contoso.tenantId,
      appid: clientId,
      appidacr,
      idtyp: 'app',
      roles: ['SecurityIncident.Read.All'],
    });
  });

  test.each([
    [
      'a certificate that is not registered',
      700027,
      { clientCertificate: { thumbprintSha256: stranger.thumbprintSha256, privateKey: stranger.privateKey } },
    ],
    [
      "a key that is not the certificate's",
      700027,
      { clientCertificate: { thumbprintSha256, privateKey: stranger.privateKey } },
    ],
    ['a federated subject that is not registered', 70021, { clientAssertion: () => workloadToken('somebody') }],
    ['a wrong secret', 7000215, { clientSecret: 'wrong' }],
  ] as const)('is refused with %s', async (_title, code, credential) => {
    const app = new ConfidentialClientApplication(options(credential));
    await expect(app.acquireTokenByClientCredential({ scopes: graph })).rejects.toMatchObject({
      errorCode: 'invalid_client',
      errorNo: code,
    });
  });

  test('signs a user in by device code and renews silently until the sign-in is revoked', async () => {
    const app = publicApp();
    const result = await app.acquireTokenByDeviceCode({
      scopes: ['https://api.securitycenter.microsoft.com/Machine.Read'],
      deviceCodeCallback: ({ userCode }) => small.simulator.users.approveDeviceCode(userCode, 'analyst@contoso.com'),
    });
    expect(decodeJwt(result?.accessToken ?? '')).toMatchObject({
      scp: 'Machine.Read',
      upn: 'analyst@contoso.com',
      appidacr: '0',
    });
    const account = result?.account ?? expect.unreachable();
    const again = { account, scopes: ['https://graph.microsoft.com/SecurityIncident.Read.All'], forceRefresh: true };
    const renewed = await app.acquireTokenSilent(again);
    expect(decodeJwt(renewed.accessToken)).toMatchObject({ scp: 'SecurityIncident.Read.All' });
    small.simulator.users.revoke('analyst@contoso.com');
    await expect(app.acquireTokenSilent(again)).rejects.toBeInstanceOf(InteractionRequiredAuthError);
  });

  test('is told when the user declined the device code', async () => {
    const sign = publicApp().acquireTokenByDeviceCode({
      scopes: graph,
      deviceCodeCallback: ({ userCode }) => small.simulator.users.declineDeviceCode(userCode),
    });
    await expect(sign).rejects.toMatchObject({ errorMessage: 'authorization_declined' });
  });

  /** Walks the browser's part of the authorization code flow. */
  const browse = async (scopes: string[], claims?: string) => {
    const app = secretApp();
    const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
    const redirectUri = 'http://localhost:4000/signed-in';
    const url = await app.getAuthCodeUrl({
      scopes,
      redirectUri,
      codeChallenge: challenge,
      codeChallengeMethod: 'S256',
      state: 'state-1',
      loginHint: 'guarded@contoso.com',
      responseMode: 'query',
      ...(claims === undefined ? {} : { claims }),
    });
    const { status, headers } = await small.call(url);
    const back = new URL(String(headers.location)).searchParams;
    return { app, verifier, redirectUri, status, code: back.get('code') ?? '', state: back.get('state') ?? '' };
  };

  test('signs a user in through the browser with PKCE, once per code', async () => {
    const { app, verifier, redirectUri, status, code, state } = await browse(['SecurityIncident.Read.All']);
    expect([status, state]).toEqual([302, 'state-1']);
    const redeem = (codeVerifier: string) =>
      app.acquireTokenByCode(
        { scopes: ['SecurityIncident.Read.All'], code, redirectUri, codeVerifier, state },
        { code, state },
      );
    const result = await redeem(verifier);
    expect(result.account?.username).toBe('guarded@contoso.com');
    await expect(redeem(verifier)).rejects.toMatchObject({ errorNo: 54005 });
    const second = await browse(['SecurityIncident.Read.All']);
    await expect(
      second.app.acquireTokenByCode({ scopes: [], code: second.code, redirectUri, codeVerifier: verifier }),
    ).rejects.toMatchObject({ errorNo: 501481 });
  });

  test('works on behalf of a user, who must meet the claims challenge first', async () => {
    const own = [`api://${clientId}/access_as_user`];
    const signIn = async (claims?: string) => {
      const { app, verifier, redirectUri, code } = await browse(own, claims);
      return app.acquireTokenByCode({ scopes: own, code, redirectUri, codeVerifier: verifier });
    };
    const scopes = ['https://api.security.microsoft.com/Incident.Read'];
    const weak = await signIn();
    const refused = await secretApp()
      .acquireTokenOnBehalfOf({ oboAssertion: weak.accessToken, scopes })
      .catch((thrown: unknown) => thrown);
    expect(refused).toBeInstanceOf(InteractionRequiredAuthError);
    expect(refused).toMatchObject({ errorNo: 50076, claims: expect.stringContaining('acrs') });
    const strong = await signIn('{"access_token":{"acrs":{"essential":true,"value":"c1"}}}');
    const result = await secretApp().acquireTokenOnBehalfOf({ oboAssertion: strong.accessToken, scopes });
    expect(decodeJwt(result?.accessToken ?? '')).toMatchObject({ upn: 'guarded@contoso.com', scp: 'Incident.Read' });
  });
});
