import { z } from 'zod';
import { certificateKeys, readCertificateAuth } from './auth/certificate.ts';
import { readFederatedAuth } from './auth/federated.ts';
import type { ConfigPath, Faults } from './faults.ts';
import { choice, flag, guid, secret, section, text } from './fields.ts';
import type { ReferenceContext } from './references.ts';
import type { AppAuth, TenantAuth } from './tenants.ts';

type Reader<Auth extends TenantAuth = TenantAuth> = (
  value: unknown,
  path: ConfigPath,
  context: ReferenceContext,
  faults: Faults,
) => Promise<Auth | undefined>;

interface Way<Auth extends TenantAuth = TenantAuth> {
  /** Any of these keys means this way. */
  readonly keys: readonly string[];
  readonly read: Reader<Auth>;
}

const secretSchema = section({ clientId: guid(), clientSecret: secret() });
const managedIdentitySchema = section({ managedIdentity: z.union([flag(), section({ clientId: guid().optional() })]) });
/** A user who signs in. */
export const userSchema = section({
  clientId: guid(),
  userName: text(),
  flow: choice(['device', 'browser']).default('device'),
});

const readSecret: Reader<AppAuth> = async (value, path, _context, faults) => {
  const read = faults.read(secretSchema, value, path);
  if (read === undefined) return undefined;
  const { clientId, clientSecret } = read;
  return {
    kind: 'secret',
    clientId,
    // Entra's have no blanks, but where they are kept a line break comes in, e.g. by `echo` into a Secret of Kubernetes.
    clientSecret: async () => (await clientSecret.reveal()).trim(),
    clientSecretEnd: clientSecret.expiresAtMs,
  };
};

const readManagedIdentity: Reader = async (value, path, _context, faults) => {
  const read = faults.read(managedIdentitySchema, value, path);
  if (read === undefined) return undefined;
  const { managedIdentity } = read;
  if (managedIdentity === false) {
    faults.add([...path, 'managedIdentity'], 'must be true, or hold the clientId of an identity');
    return undefined;
  }
  return {
    kind: 'managedIdentity',
    clientId: (managedIdentity === true ? undefined : managedIdentity.clientId) ?? null,
  };
};

const readUser: Reader = async (value, path, _context, faults) => {
  const read = faults.read(userSchema, value, path);
  return read && { kind: 'user', ...read };
};

/** Ways to show that the gateway is an app. */
const appWays: readonly Way<AppAuth>[] = [
  { keys: ['clientSecret'], read: readSecret },
  { keys: ['certificate', 'certificateFile', 'pfx', 'pfxFile'], read: readCertificateAuth },
  { keys: ['federated'], read: readFederatedAuth },
];

const ways: readonly Way[] = [
  ...appWays,
  { keys: ['managedIdentity'], read: readManagedIdentity },
  { keys: ['userName'], read: readUser },
];

/** Every key of `auth`; which go together is another question. */
export const authSchema = section({
  clientId: guid(),
  clientSecret: z.unknown().optional(),
  ...certificateKeys,
  federated: z.unknown().optional(),
  managedIdentity: z.unknown().optional(),
  userName: z.unknown().optional(),
  onBehalfOf: z.unknown().optional(),
});

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

/** The only way of `table` that the settings name, or `undefined` with a fault. */
const onlyWay = <Auth extends TenantAuth>(
  table: readonly Way<Auth>[],
  value: unknown,
  path: ConfigPath,
  faults: Faults,
): Way<Auth> | undefined => {
  const given: ReadonlySet<string> = new Set(entriesOf(value).map(([key]) => key));
  const [way, ...others] = table.filter(({ keys }) => keys.some((key) => given.has(key)));
  if (way !== undefined && others.length === 0) return way;
  faults.read(authSchema, value, path);
  if (way === undefined && given.size > 0) faults.add(path, 'no credential: give clientSecret or certificateFile');
  if (way !== undefined) {
    const keys = [way, ...others].flatMap((each) => each.keys.filter((key) => given.has(key)));
    faults.add(path, `more than one credential (${keys.join(', ')}): keep one`);
  }
  return undefined;
};

/** The caller's token is exchanged by an app: the rest of the settings is that app's credential. */
const readOnBehalfOf: Reader = async (value, path, context, faults) => {
  const { onBehalfOf, ...rest } = Object.fromEntries(entriesOf(value));
  if (faults.read(flag(), onBehalfOf, [...path, 'onBehalfOf']) === undefined) return undefined;
  const way = onlyWay(appWays, rest, path, faults);
  const app = await way?.read(rest, path, context, faults);
  if (app === undefined) return undefined;
  return onBehalfOf === false ? app : { kind: 'onBehalfOf', clientId: app.clientId, app };
};

/** How the gateway signs in to a tenant: exactly one way. */
export const readAuth: Reader = async (value, path, context, faults) => {
  if (entriesOf(value).some(([key]) => key === 'onBehalfOf')) return readOnBehalfOf(value, path, context, faults);
  return onlyWay(ways, value, path, faults)?.read(value, path, context, faults);
};
