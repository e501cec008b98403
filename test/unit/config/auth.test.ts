import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueCertificate } from '../../../src/simulator/tls/certificate.ts';
import { contoso, faultsOf, parse, settings, temporaryDirectory } from './settings.ts';

const { clientId } = contoso.auth;
const identity = '00000000-0000-4000-8000-0000000000b2';
const tenantsWith = (auth: Record<string, unknown>) => settings({ tenants: [{ ...contoso, auth }] });
const authOf = async (auth: Record<string, unknown>, baseDir = '/') =>
  (await parse(tenantsWith(auth), { baseDir })).tenants[0]?.auth;

describe('ways to sign in', () => {
  const app = { kind: 'secret', clientId };
  test.each([
    ['managed identity of the system', { managedIdentity: true }, { kind: 'managedIdentity', clientId: null }],
    [
      'managed identity of a user',
      { managedIdentity: { clientId: identity } },
      { kind: 'managedIdentity', clientId: identity },
    ],
    [
      'federated by file',
      { clientId, federated: { tokenFile: 'token' } },
      { kind: 'federated', clientId, assertion: { kind: 'tokenFile' } },
    ],
    [
      'federated by managed identity',
      { clientId, federated: { managedIdentity: true } },
      { kind: 'federated', assertion: { kind: 'managedIdentity', clientId: null } },
    ],
    [
      'federated by a user-assigned identity',
      { clientId, federated: { managedIdentity: identity } },
      { kind: 'federated', assertion: { kind: 'managedIdentity', clientId: identity } },
    ],
    [
      'a user',
      { clientId, userName: 'ana@contoso.com' },
      { kind: 'user', clientId, userName: 'ana@contoso.com', flow: 'device' },
    ],
    [
      'a user by browser',
      { clientId, userName: 'ana@contoso.com', flow: 'browser' },
      { kind: 'user', flow: 'browser' },
    ],
    ['on behalf of the caller', { ...contoso.auth, onBehalfOf: true }, { kind: 'onBehalfOf', clientId, app }],
    ['not on behalf of the caller', { ...contoso.auth, onBehalfOf: false }, app],
  ])('%s', async (_, auth, expected) => {
    expect(await authOf(auth)).toMatchObject(expected);
  });

  test.each([
    ['managed identity that is none', { managedIdentity: false }, '.managedIdentity', /must be true/],
    ['federation by nothing', { clientId, federated: {} }, '.federated', 'give either tokenFile or managedIdentity'],
    [
      'federation by both',
      { clientId, federated: { tokenFile: 'a', managedIdentity: true } },
      '.federated',
      'give either tokenFile or managedIdentity',
    ],
    ['two ways', { ...contoso.auth, userName: 'ana@contoso.com' }, '', /more than one credential/],
    ['on behalf of, without an app', { clientId, onBehalfOf: true }, '', /no credential/],
    ['on behalf of, with a user', { clientId, onBehalfOf: true, userName: 'a' }, '', /no credential/],
    ['two certificates', { clientId, certificate: 'a', pfx: 'b' }, '', /more than one certificate/],
    ['a misspelt flow', { clientId, userName: 'a', flow: 'phone' }, '.flow', /must be one of: device, browser/],
  ])('%s is a fault', async (_, auth, path, message) => {
    expect(await faultsOf(tenantsWith(auth))).toContainEqual({
      path: `tenants[0].auth${path}`,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  test('the token file is read each time, and may be missing at the start', async () => {
    await using directory = await temporaryDirectory();
    const auth = await authOf({ clientId, federated: { tokenFile: 'token' } }, directory.path);
    const read = async () =>
      auth?.kind === 'federated' && auth.assertion.kind === 'tokenFile' ? auth.assertion.read() : undefined;
    await expect(read()).rejects.toMatchObject({
      code: 'TENANT_SIGN_IN_REQUIRED',
      message:
        'the federated token file cannot be read (ENOENT: there is no such file): check auth.federated.tokenFile',
    });
    for (const text of ['first', 'second']) {
      await writeFile(join(directory.path, 'token'), `${text}\n`);
      expect(await read()).toBe(text);
    }
  });
});

test('warns when nobody could bring the token of a tenant that is used on behalf of its callers', async () => {
  const shared = tenantsWith({ ...contoso.auth, onBehalfOf: true });
  const warning = expect.stringContaining(
    '"contoso" is used on behalf of its callers (auth.onBehalfOf), but without access.entra',
  );
  expect((await parse(shared)).warnings).toContainEqual(warning);
  const access = { anonymous: 'reader', entra: { tenantId: contoso.tenantId, audience: clientId } };
  expect((await parse({ ...shared, access })).warnings).not.toContainEqual(warning);
  expect((await parse(tenantsWith({ ...contoso.auth, onBehalfOf: false }))).warnings).not.toContainEqual(warning);
});

describe('a PFX file', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const privateKeyPem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const passphrase = 'pass phrase é';

  /** Made by OpenSSL, with an authority beside the leaf. */
  const make = (name: string, password: string, ...options: string[]) =>
    execFileSync(
      'openssl',
      [
        'pkcs12',
        '-export',
        '-in',
        'c.pem',
        '-inkey',
        'k.pem',
        '-certfile',
        'ca.pem',
        '-out',
        name,
        ...options,
        '-passout',
        `pass:${password}`,
      ],
      { cwd: directory.path, stdio: 'pipe' },
    );

  beforeAll(async () => {
    directory = await temporaryDirectory();
    const issue = (subject: string, pair: typeof rsa) =>
      issueCertificate({
        subject,
        publicKey: pair.publicKey,
        issuer: { name: subject, ...pair },
        notBefore: new Date(Date.now() - 1000),
        notAfter: new Date(Date.now() + 86_400_000),
        use: { kind: 'client' },
      });
    await writeFile(join(directory.path, 'c.pem'), issue('gateway', rsa));
    await writeFile(join(directory.path, 'k.pem'), privateKeyPem);
    await writeFile(
      join(directory.path, 'ca.pem'),
      issue('authority', generateKeyPairSync('rsa', { modulusLength: 2048 })),
    );
  });
  afterAll(() => directory[Symbol.asyncDispose]());

  const tripleDes = ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'];
  test.each([
    ['AES-256', passphrase, []],
    ['AES-128 and SHA-512', 'x', ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC', '-macalg', 'sha512']],
    ['triple DES, as Windows writes it', 'pass phrase', tripleDes],
    ['certificates in clear', passphrase, ['-certpbe', 'NONE']],
    ['no passphrase', '', []],
    ['no passphrase and triple DES, as Key Vault writes it', '', tripleDes],
  ])('with %s is read', async (_, password, options) => {
    make('app.pfx', password, ...options);
    const auth = { clientId, pfxFile: 'app.pfx', ...(password === '' ? {} : { passphrase: password }) };
    const read = await authOf(auth, directory.path);
    const credential = read?.kind === 'certificate' ? await read.certificate() : undefined;
    expect(credential?.privateKeyPem).toBe(privateKeyPem);
    expect(credential?.certificatePem.match(/BEGIN/g)).toHaveLength(2);
  });

  test('in base64, as Key Vault gives it, is read', async () => {
    make('app.pfx', '');
    const pfx = (await readFile(join(directory.path, 'app.pfx'))).toString('base64');
    expect(await authOf({ clientId, pfx })).toMatchObject({ kind: 'certificate', clientId });
  });

  test.each([
    [
      'a wrong passphrase',
      { passphrase: 'wrong' },
      'the passphrase does not open the PFX, or the PFX was changed since it was made',
    ],
    ['no passphrase', {}, 'the PFX needs its passphrase'],
  ])('with %s is refused clearly', async (_, given, message) => {
    make('app.pfx', passphrase);
    expect(
      await faultsOf(tenantsWith({ clientId, pfxFile: 'app.pfx', ...given }), { baseDir: directory.path }),
    ).toEqual([{ path: 'tenants[0].auth.pfxFile', message }]);
  });

  /** The fault of a file that was made, and then changed. */
  const faultOf = async (
    options: readonly string[],
    change: (bytes: Buffer) => Buffer,
  ): Promise<string | undefined> => {
    make('app.pfx', passphrase, ...options);
    const pfx = change(await readFile(join(directory.path, 'app.pfx'))).toString('base64');
    const [fault] = await faultsOf(tenantsWith({ clientId, pfx, passphrase }));
    return fault?.message;
  };
  /** Changes a byte of the last certificate, which is in clear and which nothing but the MAC vouches for. */
  const withAnotherCertificate = (bytes: Buffer): Buffer => {
    const at = bytes.lastIndexOf('authority');
    bytes.write('Authority', at);
    return bytes;
  };

  test('D3: that was changed since it was made is refused, for its MAC is another', async () => {
    expect(await faultOf(['-certpbe', 'NONE'], (bytes) => bytes)).toBeUndefined();
    expect(await faultOf(['-certpbe', 'NONE'], withAnotherCertificate)).toMatch(/was changed since it was made/);
  });

  test('D3: without a MAC is refused', async () => {
    expect(await faultOf(['-nomac'], (bytes) => bytes)).toMatch(/has no MAC/);
  });

  test('D3: with millions of rounds is refused without making them', async () => {
    // The last three bytes are the rounds of the MAC.
    const withMore = (bytes: Buffer): Buffer => Buffer.concat([bytes.subarray(0, -3), Buffer.from([0x7f, 0xff, 0xff])]);
    const rounds = ['-iter', '70000'];
    expect(await faultOf(rounds, (bytes) => bytes)).toBeUndefined();
    expect(await faultOf(rounds, withMore)).toMatch(/more rounds of key derivation/);
  });

  test.each([
    ['no PFX', Buffer.from('nothing')],
    ['nothing', Buffer.from([])],
    ['a length beyond the end', Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff])],
  ])('that is %s is refused clearly', async (_, bytes) => {
    expect(await faultsOf(tenantsWith({ clientId, pfx: bytes.toString('base64') || 'AA==' }))).toEqual([
      { path: 'tenants[0].auth.pfx', message: 'the PFX cannot be read, or holds no private key and certificate' },
    ]);
  });
});
