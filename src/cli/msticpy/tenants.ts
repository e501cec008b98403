import { cloudAliases, cloudNames } from '../../clouds/endpoints.ts';
import { type CarriedSecret, carrySecret } from './secrets.ts';
import type { MsticpyFile, ProviderSection } from './sections.ts';

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
]);

const word = (text: string): string =>
  text
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

/** One section as a tenant; warnings go to `warn`. */
const tenantOf = (
  { title, values, names }: ProviderSection,
  name: string,
  vault: string | null,
  warn: (warning: string) => void,
): Readonly<Record<string, unknown>> => {
  const textOf = (key: string): string | undefined => {
    const value = values.get(key);
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
    if (typeof value === 'object' && value !== null)
      warn(`${title}: ${names.get(key)} is a reference: write it in clear`);
    return undefined;
  };
  const identifier = (key: string): string => {
    const value = textOf(key);
    if (value === undefined || !guidForm.test(value)) warn(`${title}: ${names.get(key) ?? key} is no GUID: fill it in`);
    return value ?? '';
  };
  const secretOf = (key: string, purpose: string): CarriedSecret['reference'] | undefined => {
    const found = carrySecret(values.get(key), {
      path: `DataProviders.${title}.Args.${names.get(key)}`,
      variable: `${name.replaceAll('-', '_').toUpperCase()}_${purpose}`,
      vault,
    });
    if (found?.warning != null) warn(found.warning);
    return found?.reference;
  };
  const credential = (): Readonly<Record<string, unknown>> => {
    const userName = textOf('username');
    if (userName !== undefined) {
      if (values.has('clientsecret') || values.has('certificate'))
        warn(`${title}: as in MSTICPy the user counts, the app's own credential is left out`);
      warn(`${title}: sign in once with: defender-gateway login ${name}`);
      return { userName, flow: 'browser' };
    }
    const certificateFile = textOf('certificate');
    const privateKeyFile = textOf('privatekey');
    if (certificateFile !== undefined) {
      const passphrase = secretOf('privatekeysecret', 'KEY_PASSPHRASE');
      return { certificateFile, ...(privateKeyFile && { privateKeyFile }), ...(passphrase && { passphrase }) };
    }
    const clientSecret = secretOf('clientsecret', 'CLIENT_SECRET');
    if (clientSecret !== undefined) return { clientSecret };
    warn(`${title}: no credential: give clientSecret, certificateFile or userName`);
    return {};
  };
  const cloudOf = (): string => {
    const cloud = textOf('cloud')?.toLowerCase() ?? 'global';
    if (!cloudNames.some((known) => known === cloud) && !Object.hasOwn(cloudAliases, cloud))
      warn(`${title}: the cloud "${cloud}" is not known here: choose one of ${cloudNames.join(', ')}`);
    return cloud;
  };

  for (const [key, original] of names) {
    if (key === 'location')
      warn(`${title}: ${original}: MSTICPy's token cache is not read; the gateway has its own, encrypted`);
    else if (!carried.has(key)) warn(`${title}: ${original} has no counterpart and is left out`);
  }
  return {
    name,
    tenantId: identifier('tenantid'),
    cloud: cloudOf(),
    auth: { clientId: identifier('clientid'), ...credential() },
  };
};

/** Every section as a tenant of our settings. */
export const importTenants = ({ sections, vault }: MsticpyFile): ImportedTenants => {
  const taken = new Set<string>();
  const warnings: string[] = [];
  const tenants = sections.map((section) => {
    const name = nameOf(section.instance, taken);
    taken.add(name);
    return tenantOf(section, name, vault, (warning) => warnings.push(warning));
  });
  return { tenants, warnings };
};
