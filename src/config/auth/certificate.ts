import { asGatewayError } from '../../errors.ts';
import { type CertificateSource, certificateReader } from '../certificate.ts';
import type { ConfigPath, Faults } from '../faults.ts';
import { flag, guid, secret, section, text } from '../fields.ts';
import { type ReferenceContext, readFileReference } from '../references.ts';
import type { FileEncoding, Secret } from '../secret.ts';
import type { AppAuth } from '../tenants.ts';

/** A certificate as PEM or PFX, each in the settings or in a file. */
export const certificateKeys = {
  certificate: secret().optional(),
  certificateFile: text().optional(),
  privateKey: secret().optional(),
  privateKeyFile: text().optional(),
  pfx: secret().optional(),
  pfxFile: text().optional(),
  passphrase: secret().optional(),
  sendChain: flag().default(false),
};

const schema = section({ clientId: guid(), ...certificateKeys });

/** The ways to name the certificate, the first that is there counting. */
const sources = [
  { key: 'certificate', form: 'pem', encoding: 'utf8' },
  { key: 'certificateFile', form: 'pem', encoding: 'utf8' },
  { key: 'pfx', form: 'pfx', encoding: 'utf8' },
  { key: 'pfxFile', form: 'pfx', encoding: 'base64' },
] as const satisfies readonly {
  readonly key: keyof typeof certificateKeys;
  readonly form: CertificateSource['form'];
  readonly encoding: FileEncoding;
}[];

/** Reads and tries the certificate, so that an unusable one is a fault of the settings. */
export const readCertificateAuth = async (
  value: unknown,
  path: ConfigPath,
  context: ReferenceContext,
  faults: Faults,
): Promise<AppAuth | undefined> => {
  const read = faults.read(schema, value, path);
  const [source, ...others] = sources.filter(({ key }) => read?.[key] !== undefined);
  if (read === undefined || source === undefined) return undefined;
  if (others.length > 0) {
    faults.add(path, `more than one certificate (${[source, ...others].map(({ key }) => key).join(', ')}): keep one`);
    return undefined;
  }
  const secretUnder = async (
    key: 'privateKey' | 'privateKeyFile' | (typeof source)['key'],
    encoding: FileEncoding = 'utf8',
  ): Promise<Secret | undefined> => {
    const given = read[key];
    if (typeof given !== 'string') return given;
    return (await readFileReference(given, [...path, key], context, faults, encoding))?.secret;
  };
  const certificate = await secretUnder(source.key, source.encoding);
  const privateKey = read.privateKey ?? (await secretUnder('privateKeyFile'));
  if (certificate === undefined || (read.privateKeyFile !== undefined && privateKey === undefined)) return undefined;
  const { passphrase, sendChain } = read;
  const reader = certificateReader({ form: source.form, certificate, privateKey, passphrase, sendChain });
  try {
    await reader();
  } catch (error) {
    faults.add([...path, source.key], asGatewayError(error).message);
    return undefined;
  }
  return { kind: 'certificate', clientId: read.clientId, certificate: reader };
};
