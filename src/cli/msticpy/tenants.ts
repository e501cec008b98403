import { cloudAliases, cloudNames } from '../../clouds/endpoints.ts';
import { isPlaceholder } from './placeholders.ts';
import { type CarriedSecret, carrySecret } from './secrets.ts';
import type { MsticpyFile, ProviderSection } from './sections.ts';
import type { VaultSettings } from './vaults.ts';

/** Tenants for our settings, plain data for YAML, and what the operator should know of them. */
export interface ImportedTenants {
  readonly tenants: readonly Readonly<Record<string, unknown>>[];
  readonly warnings: readonly string[];
}

/** What our settings have a place for. */
const carried = new Set([
  'tenantid',
  'clientid',
  'clientsecret',
  'username',
  'certificate',
  'privatekey',
  'privatekeysecret',
  'cloud',
  'authtype',
  'authtypes',
  'authmethods',
]);

/** Letters without their accents, so that `Zürich` stays a word. */
const word = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

const nameOf = (instance: string, taken: ReadonlySet<string>): string => {
  const name = word(instance) || 'default';
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name}-${number}`)) number += 1;
  return `${name}-${number}`;
};

const guidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Words of azure-identity for the identity of the machine. */
const managedIdentityWords: ReadonlySet<string> = new Set(['msi', 'managedidentity']);

/** MSTICPy's ways for a user to sign in, and what `login` calls them; `interactive` is what it does unless it is told. */
const flows: Readonly<Record<string, 'device' | 'browser'>> = {
  device: 'device',
  devicecode: 'device',
  interactive: 'browser',
  browser: 'browser',
};

/** One section as a tenant; warnings go to `warn`. */
const tenantOf = (
  { title, place, instance, values, names }: ProviderSection,
  name: string,
  vaults: VaultSettings,
  warn: (warning: string) => void,
): Readonly<Record<string, unknown>> => {
  const textOf = (key: string): string | undefined => {
    const value = values.get(key);
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      warn(`${title}: ${names.get(key)} is a reference: write it in clear`);
    return undefined;
  };
  const referenceOf = (key: string, purpose: string): CarriedSecret['reference'] | undefined => {
    const found = carrySecret(values.get(key), {
      path: `${place}.${names.get(key)}`,
      variable: `${name.replaceAll('-', '_').toUpperCase()}_${purpose}`,
      vaults,
    });
    if (found?.warning != null) warn(found.warning);
    return found?.reference;
  };
  /** Text, or where it is kept. */
  const textOrReference = (key: string, purpose: string): string | CarriedSecret['reference'] | undefined =>
    typeof values.get(key) === 'object' ? referenceOf(key, purpose) : textOf(key);
  const identifier = (key: string, usual: string, purpose: string): string | CarriedSecret['reference'] => {
    const value = textOrReference(key, purpose);
    if (typeof value === 'object' || guidForm.test(value ?? '')) return value ?? '';
    warn(`${title}: ${names.get(key) ?? usual} ${value === undefined ? 'is missing' : 'is no GUID'}: fill it in`);
    return value === undefined || isPlaceholder(value) ? '' : value;
  };
  const flowKey = ['authtype', 'authtypes', 'authmethods'].find((one) => values.has(one));
  const flowValue = flowKey === undefined ? undefined : values.get(flowKey);
  const flowWords = (Array.isArray(flowValue) ? flowValue : [flowValue]).map((one) => String(one ?? '').toLowerCase());
  const isOnlyManaged =
    flowWords.some((one) => managedIdentityWords.has(one.replace(/[^a-z]/g, ''))) &&
    !['username', 'certificate', 'clientsecret'].some((one) => values.has(one));
  /** The way that a user signs in, by the first of the words that says one; `undefined`: none does. */
  const flowOf = (): 'device' | 'browser' | undefined => {
    const [key, words] = [flowKey, flowWords];
    const flow = words.map((one) => flows[one.replace(/[^a-z]/g, '')]).find((one) => one !== undefined);
    if (key !== undefined && flow === undefined && !isOnlyManaged)
      warn(`${title}: ${names.get(key)}: "${words.join(', ')}" is no sign-in of a user and is left out`);
    return flow;
  };
  const credential = (): Readonly<Record<string, unknown>> => {
    const userName = textOrReference('username', 'USER_NAME');
    const flow = flowOf();
    if (userName !== undefined) {
      if (values.has('clientsecret') || values.has('certificate'))
        warn(`${title}: as in MSTICPy the user counts, the app's own credential is left out`);
      warn(`${title}: sign in once with: defender-gateway login ${name}`);
      return { userName, flow: flow ?? 'browser' };
    }
    const certificateFile = textOrReference('certificate', 'CERTIFICATE_FILE');
    const privateKeyFile = textOrReference('privatekey', 'PRIVATE_KEY_FILE');
    if (certificateFile !== undefined) {
      const passphrase = referenceOf('privatekeysecret', 'KEY_PASSPHRASE');
      return { certificateFile, ...(privateKeyFile && { privateKeyFile }), ...(passphrase && { passphrase }) };
    }
    const clientSecret = referenceOf('clientsecret', 'CLIENT_SECRET');
    if (clientSecret !== undefined) {
      if (flow !== undefined) warn(`${title}: AuthType: nobody signs in where the app has a secret: it is left out`);
      return { clientSecret };
    }
    if (flow !== undefined) {
      warn(`${title}: auth.userName is missing: fill in who signs in, then run: defender-gateway login ${name}`);
      return { userName: '', flow };
    }
    if (isOnlyManaged) {
      warn(
        `${title}: ${names.get(flowKey ?? '')}: the managed identity of the gateway's machine signs in for the app: add it to the app's federated credentials in Entra`,
      );
      return { federated: { managedIdentity: true } };
    }
    warn(`${title}: no credential: give clientSecret, certificateFile or userName`);
    return {};
  };
  const cloudOf = (): string => {
    const cloud = textOf('cloud')?.toLowerCase().replaceAll(/[ _]/g, '-') ?? 'global';
    if (!cloudNames.some((known) => known === cloud) && !Object.hasOwn(cloudAliases, cloud))
      warn(`${title}: the cloud "${cloud}" is not known here: choose one of ${cloudNames.join(', ')}`);
    return cloud;
  };

  if (instance !== '' && word(instance) === '')
    warn(`${title}: a name is made of lower-case letters, digits and hyphens: the tenant is ${name} here`);
  for (const [key, original] of names) {
    if (key === 'location')
      warn(`${title}: ${original}: MSTICPy's token cache is not read; the gateway has its own, encrypted`);
    else if (!carried.has(key)) warn(`${title}: ${original} has no counterpart and is left out`);
  }
  return {
    name,
    tenantId: identifier('tenantid', 'TenantId', 'TENANT_ID'),
    cloud: cloudOf(),
    auth: { clientId: identifier('clientid', 'ClientId', 'CLIENT_ID'), ...credential() },
  };
};

/** The tenant, cloud, app and way to sign in, by which sections of several APIs are one tenant of ours. */
const identityOf = ({ values }: ProviderSection): string => {
  const word = (key: string): unknown => {
    const value = values.get(key);
    return typeof value === 'string' ? value.trim().toLowerCase() : (value ?? null);
  };
  return JSON.stringify([
    word('tenantid'),
    word('clientid'),
    word('cloud') ?? 'global',
    word('username'),
    values.get('certificate'),
  ]);
};

/** Every section as a tenant of our settings; several for the same tenant and app are one. */
export const importTenants = ({ sections, vaults, notes }: MsticpyFile): ImportedTenants => {
  const taken = new Set<string>();
  const known = new Map<string, ProviderSection>();
  const warnings: string[] = [];
  const tenants = sections.flatMap((section) => {
    const identity = identityOf(section);
    const same = section.values.get('tenantid') === undefined ? undefined : known.get(identity);
    if (same !== undefined) {
      warnings.push(`${section.title}: the same tenant and app as ${same.title}: one tenant has all APIs`);
      return [];
    }
    known.set(identity, section);
    const name = nameOf(section.instance, taken);
    taken.add(name);
    return [tenantOf(section, name, vaults, (warning) => warnings.push(warning))];
  });
  return { tenants, warnings: [...warnings, ...notes] };
};
