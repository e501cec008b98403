import { z } from 'zod';
import { asGatewayError } from '../errors.ts';
import { certificateReader } from './certificate.ts';
import type { ConfigPath, Faults } from './faults.ts';
import { choice, flag, guid, secret, section, text } from './fields.ts';
import { type ReferenceContext, readFileReference } from './references.ts';
import type { Secret } from './secret.ts';
import type { TenantAuth } from './tenants.ts';

/** Ways to sign in, each with the keys that tell it from the others. */
const certificateKeys = {
  certificate: secret().optional(),
  certificateFile: text().optional(),
  privateKey: secret().optional(),
  privateKeyFile: text().optional(),
  passphrase: secret().optional(),
  sendChain: flag().default(false),
};

const secretSchema = section({ clientId: guid(), clientSecret: secret() });
const certificateSchema = section({ clientId: guid(), ...certificateKeys });
const federatedSchema = section({
  clientId: guid(),
  federated: section({ tokenFile: text().optional(), managedIdentity: z.union([flag(), guid()]).optional() }),
});
const managedIdentitySchema = section({ managedIdentity: z.union([flag(), section({ clientId: guid().optional() })]) });
const userSchema = section({
  clientId: guid(),
  userName: text(),
  flow: choice(['device', 'browser']).default('device'),
});
const onBehalfOfSchema = section({
  clientId: guid(),
  onBehalfOf: flag(),
  clientSecret: secret().optional(),
  ...certificateKeys,
});

type Reader = (
  value: unknown,
  path: ConfigPath,
  context: ReferenceContext,
  faults: Faults,
) => Promise<TenantAuth | undefined>;

const readSecret: Reader = async (value, path, _context, faults) => {
  const read = faults.read(secretSchema, value, path);
  return read && { kind: 'secret', clientId: read.clientId, clientSecret: read.clientSecret.reveal };
};

const readCertificate: Reader = async (value, path, context, faults) => {
  const read = faults.read(certificateSchema, value, path);
  if (read === undefined) return undefined;
  const inFile = async (key: 'certificateFile' | 'privateKeyFile'): Promise<Secret | undefined> => {
    const file = read[key];
    return file === undefined ? undefined : (await readFileReference(file, [...path, key], context, faults))?.secret;
  };
  const certificate = read.certificate ?? (await inFile('certificateFile'));
  const privateKey = read.privateKey ?? (await inFile('privateKeyFile'));
  if (certificate === undefined || (read.privateKeyFile !== undefined && privateKey === undefined)) return undefined;
  const reader = certificateReader({ certificate, privateKey, passphrase: read.passphrase, sendChain: read.sendChain });
  try {
    await reader();
  } catch (error) {
    faults.add(
      [...path, read.certificate === undefined ? 'certificateFile' : 'certificate'],
      asGatewayError(error).message,
    );
    return undefined;
  }
  return { kind: 'certificate', clientId: read.clientId, certificate: reader };
};

/** Checks the form of a way that the settings know and the gateway cannot use yet, and says so. */
const notYet =
  (schema: z.ZodType, key: string, name: string): Reader =>
  async (value, path, _context, faults) => {
    faults.read(schema, value, path);
    faults.add([...path, key], `${name} is not available yet: use clientSecret or a certificate`);
    return undefined;
  };

interface Way {
  /** Any of these keys means this way. */
  readonly keys: readonly string[];
  readonly read: Reader;
}

const ways: readonly Way[] = [
  { keys: ['clientSecret'], read: readSecret },
  { keys: ['certificate', 'certificateFile'], read: readCertificate },
  { keys: ['federated'], read: notYet(federatedSchema, 'federated', 'Workload identity federation') },
  { keys: ['managedIdentity'], read: notYet(managedIdentitySchema, 'managedIdentity', 'Managed identity') },
  { keys: ['userName'], read: notYet(userSchema, 'userName', 'Signing in as a user') },
];

/** Goes with a secret or a certificate, so it is looked for before them. */
const onBehalfOf: Way = { keys: ['onBehalfOf'], read: notYet(onBehalfOfSchema, 'onBehalfOf', 'On-behalf-of') };

const anyWay = section({
  clientId: guid(),
  clientSecret: z.unknown().optional(),
  ...certificateKeys,
  federated: z.unknown().optional(),
  managedIdentity: z.unknown().optional(),
  userName: z.unknown().optional(),
  onBehalfOf: z.unknown().optional(),
});

/** How the gateway signs in to a tenant: exactly one way. */
export const readAuth: Reader = async (value, path, context, faults) => {
  const given: ReadonlySet<string> = new Set(typeof value === 'object' && value !== null ? Object.keys(value) : []);
  const wanted = ({ keys }: Way): boolean => keys.some((key) => given.has(key));
  if (wanted(onBehalfOf)) return onBehalfOf.read(value, path, context, faults);
  const [way, ...others] = ways.filter(wanted);
  if (way !== undefined && others.length === 0) return way.read(value, path, context, faults);
  faults.read(anyWay, value, path);
  if (way === undefined && given.size > 0) faults.add(path, 'no credential: give clientSecret or certificateFile');
  if (way !== undefined) {
    const keys = [way, ...others].flatMap((each) => each.keys.filter((key) => given.has(key)));
    faults.add(path, `more than one credential (${keys.join(', ')}): keep one`);
  }
  return undefined;
};
