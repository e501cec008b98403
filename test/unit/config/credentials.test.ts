import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { issueCertificate } from '../../../src/simulator/tls/certificate.ts';
import { contoso, faultsOf, parse, settings, temporaryDirectory } from './settings.ts';

const clientId = contoso.auth.clientId;
const tenantsWith = (auth: Record<string, unknown>) => settings({ tenants: [{ ...contoso, auth }] });

const passphrase = 'correct horse';
const pem = { certificate: '', key: '', encryptedKey: '', otherKey: '' };

beforeAll(() => {
  const subject = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const name = 'gateway';
  const dayMs = 86_400_000;
  pem.certificate = issueCertificate({
    subject: name,
    publicKey: subject.publicKey,
    issuer: { name, ...subject },
    notBefore: new Date(Date.now() - dayMs),
    notAfter: new Date(Date.now() + dayMs),
    use: { kind: 'client' },
  });
  pem.key = subject.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  pem.encryptedKey = subject.privateKey
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
    .toString();
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
  pem.otherKey = other.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
});

describe('a secret follows its source', () => {
  test('in a file: read anew when the file changed', async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'secret');
    await writeFile(file, 'first\n');
    const config = await parse(tenantsWith({ clientId, clientSecret: { file: 'secret' } }), {
      baseDir: directory.path,
    });
    const auth = config.tenants[0]?.auth;
    const reveal = async () => (auth?.kind === 'secret' ? auth.clientSecret() : undefined);
    expect(await reveal()).toBe('first');
    await writeFile(file, 'second\n');
    await utimes(file, new Date(), new Date(Date.now() + 5000));
    expect(await reveal()).toBe('second');
  });

  test('D1: in a pipe: read once, since it has nothing more to give', async () => {
    await using directory = await temporaryDirectory();
    const pipe = join(directory.path, 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    const written = writeFile(pipe, 'first\n');
    const config = await parse(tenantsWith({ clientId, clientSecret: { file: 'pipe' } }), { baseDir: directory.path });
    await written;
    await utimes(pipe, new Date(), new Date(Date.now() + 5000));
    const auth = config.tenants[0]?.auth;
    expect(auth?.kind === 'secret' ? await auth.clientSecret() : undefined).toBe('first');
  });

  test.each(['clientSecret', 'certificate', 'privateKey'])(
    'D1: %s in a device without an end is a fault',
    async (key) => {
      const auth = {
        clientId,
        ...(key === 'privateKey' && { certificate: pem.certificate }),
        [key]: { file: '/dev/zero' },
      };
      const path = `tenants[0].auth.${key}`;
      expect(await faultsOf(tenantsWith(auth))).toContainEqual({
        path,
        message: 'cannot read the file "/dev/zero" (it has more than 65536 bytes)',
      });
    },
  );

  test('in the environment: read each time', async () => {
    const env: NodeJS.ProcessEnv = { SECRET: 'first' };
    const config = await parse(tenantsWith({ clientId, clientSecret: { env: 'SECRET' } }), { env });
    const auth = config.tenants[0]?.auth;
    env.SECRET = 'second';
    expect(auth?.kind === 'secret' ? await auth.clientSecret() : undefined).toBe('second');
  });

  test.each(['s3cret\n', ' s3cret \r\n', '\uFEFFs3cret', 's3cret\n\n'])(
    'has no blanks or line breaks around it: %j',
    async (SECRET) => {
      for (const clientSecret of [SECRET, { env: 'SECRET' }]) {
        const { tenants } = await parse(tenantsWith({ clientId, clientSecret }), { env: { SECRET } });
        const auth = tenants[0]?.auth;
        expect(auth?.kind === 'secret' ? await auth.clientSecret() : undefined).toBe('s3cret');
      }
    },
  );

  test.each(['constructor', '__proto__', 'toString'])('in the environment: %s is no variable', async (env) => {
    expect(await faultsOf(tenantsWith({ clientId, clientSecret: { env } }), { env: process.env })).toEqual([
      { path: 'tenants[0].auth.clientSecret', message: `the environment variable ${env} is not set` },
    ]);
  });

  test('P2: a reference that is misspelt is told what references there are', async () => {
    expect(await faultsOf(tenantsWith({ clientId, clientSecret: { evn: 'SECRET' } }))).toEqual([
      {
        path: 'tenants[0].auth.clientSecret',
        message: 'must be text, {env: NAME}, {file: PATH} or {keyVault: {vault: NAME, secret: NAME}}',
      },
    ]);
  });

  test.each(['', ' ', '\n'])('an empty one is a fault: %j', async (SECRET) => {
    for (const clientSecret of [SECRET, { env: 'SECRET' }])
      expect(await faultsOf(tenantsWith({ clientId, clientSecret }), { env: { SECRET } })).toEqual([
        { path: 'tenants[0].auth.clientSecret', message: 'must be text that is not empty' },
      ]);
  });
});

describe('a certificate', () => {
  const credential = async (auth: Record<string, unknown>, baseDir = '/') => {
    const read = (await parse(tenantsWith({ clientId, ...auth }), { baseDir })).tenants[0]?.auth;
    return read?.kind === 'certificate' ? read.certificate() : undefined;
  };

  test('with its key in the same PEM', async () => {
    expect(await credential({ certificate: `${pem.key}${pem.certificate}\n` })).toMatchObject({
      privateKeyPem: pem.key,
      sendChain: false,
      certificatePem: expect.stringContaining('BEGIN CERTIFICATE'),
    });
  });

  test('with an encrypted key in its own file is decrypted', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'c.pem'), pem.certificate);
    await writeFile(join(directory.path, 'k.pem'), pem.encryptedKey);
    const auth = { certificateFile: 'c.pem', privateKeyFile: 'k.pem', passphrase, sendChain: true };
    expect(await credential(auth, directory.path)).toMatchObject({ privateKeyPem: pem.key, sendChain: true });
  });

  test.each([
    [
      'a wrong passphrase',
      () => ({ privateKey: pem.encryptedKey, passphrase: 'wrong horse' }),
      'the passphrase does not open the private key',
    ],
    ['no passphrase', () => ({ privateKey: pem.encryptedKey }), 'the private key is encrypted: give its passphrase'],
    ['no key', () => ({}), 'there is no PEM private key: give privateKey or privateKeyFile'],
    [
      'the key of another certificate',
      () => ({ privateKey: pem.otherKey }),
      'the private key does not belong to the certificate',
    ],
    ['no certificate', () => ({ certificate: 'nothing', privateKey: pem.key }), 'there is no PEM certificate in it'],
  ])('with %s is refused clearly', async (_name, parts, message) => {
    const auth = { clientId, certificate: pem.certificate, ...parts() };
    expect(await faultsOf(tenantsWith(auth))).toEqual([{ path: 'tenants[0].auth.certificate', message }]);
  });

  test('file that is missing is named', async () => {
    expect(await faultsOf(tenantsWith({ clientId, certificateFile: 'none.pem' }))).toEqual([
      {
        path: 'tenants[0].auth.certificateFile',
        message: 'cannot read the file "none.pem" (ENOENT: there is no such file)',
      },
    ]);
  });
});
