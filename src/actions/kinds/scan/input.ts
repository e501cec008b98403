import { isIP, isIPv4 } from 'node:net';
import { hasIdForm } from '../../../domain/id-forms.ts';
import type { ScanSignIn, ScanTerms } from '../../../routing/scan-actions.ts';
import { scanTypeOf } from '../../../routing/scan-actions.ts';
import { checkText, fault } from '../../check-input.ts';
import type { CreateScanDefinitionInput, ScanAuthenticationInput, UpdateScanDefinitionsInput } from '../../inputs.ts';

/** The pages say none; these are longer than people read. */
const maxText = 256;
const maxTargets = 1000;
const maxHours = 8760;

/** No message shows what was given: somebody may have put a secret in the wrong place. */
const textIn = (field: string, text: string): string => {
  const trimmed = checkText(field, text, maxText);
  if (/\p{Cc}/u.test(trimmed)) throw fault(field, 'has a line break or another control character');
  return trimmed;
};

const isNetwork = (text: string): boolean => {
  const [address = '', bits = '', ...rest] = text.split('/');
  const most = isIPv4(address) ? 32 : 128;
  return rest.length === 0 && isIP(address) !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most;
};

const isRange = (text: string): boolean => {
  const ends = text.split('-').map((end) => isIP(end.trim()));
  return ends.length === 2 && ends[0] !== 0 && ends[0] === ends[1];
};

const isAddress = (text: string): boolean =>
  !text.includes('%') && (isIP(text) !== 0 || isNetwork(text) || isRange(text));

const label = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const hostForm = new RegExp(`^(?=.{1,253}$)${label}(?:\\.${label})*$`, 'i');

/** Whether it can be a target of that type. */
export const isTarget = (targetType: 'IP' | 'HOSTNAME', text: string): boolean =>
  targetType === 'IP' ? isAddress(text) : hostForm.test(text) && isIP(text) === 0;

const targetsOf = (given: readonly string[]): readonly string[] => {
  if (given.length === 0) throw fault('targets', 'is empty: give at least one');
  if (given.length > maxTargets) throw fault('targets', `has more than ${maxTargets} entries`);
  const targets = given.map((one, index) => {
    const target = one.trim();
    if (isTarget('IP', target) || isTarget('HOSTNAME', target)) return target;
    throw fault(`targets[${index}]`, 'is neither an address, a range nor a host name');
  });
  return [...new Map(targets.map((target) => [target.toLowerCase(), target])).values()];
};

/** Throws `BAD_USER_INPUT` for targets that are not of the type. */
export const checkTargetsAre = (targetType: 'IP' | 'HOSTNAME', targets: readonly string[]): void => {
  const stranger = targets.findIndex((target) => !isTarget(targetType, target));
  if (stranger < 0) return;
  const says = targetType === 'IP' ? 'is no address or range' : 'is no host name';
  throw fault(`targets[${stranger}]`, `${says}, as targetType ${targetType} says`);
};

/** Names of the Key Vaults of the clouds: https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates */
const vaultHost =
  /^[a-z](?:[a-z0-9-]{1,22}[a-z0-9])\.(?:vault\.azure\.net|vault\.usgovcloudapi\.net|vault\.azure\.cn)$/;

const vaultIn = (given: string): string => {
  const text = given.trim();
  const url = URL.canParse(text) ? new URL(text) : null;
  const isVault =
    url !== null &&
    url.protocol === 'https:' &&
    vaultHost.test(url.host) &&
    url.pathname === '/' &&
    // A name, a password, a query: there could be a secret in it.
    `${url.origin}/` === url.href;
  if (isVault) return url.origin;
  throw fault('authentication.keyVaultUrl', 'is not the address of a Key Vault, as https://NAME.vault.azure.net');
};

const secretNameIn = (given: string): string => {
  const name = given.trim();
  if (/^[0-9A-Za-z-]{1,127}$/.test(name)) return name;
  throw fault('authentication.keyVaultSecretName', 'is no name of a secret: letters, digits and "-", up to 127');
};

/** get-authenticated-scan-properties.md: what each way takes besides Key Vault's names, and whether it needs a secret. */
const ways = {
  COMMUNITY_STRING: { takes: [], isSecret: true },
  NO_AUTH_NO_PRIV: { takes: ['username'], isSecret: false },
  AUTH_NO_PRIV: { takes: ['username', 'authProtocol'], isSecret: true },
  AUTH_PRIV: { takes: ['username', 'authProtocol', 'privProtocol'], isSecret: true },
  KERBEROS: { takes: ['username', 'domain'], isSecret: false },
  NEGOTIATE: { takes: ['username', 'domain'], isSecret: false },
} as const satisfies Record<
  ScanAuthenticationInput['type'],
  { readonly takes: readonly (keyof ScanAuthenticationInput)[]; readonly isSecret: boolean }
>;

const optional = ['username', 'domain', 'authProtocol', 'privProtocol'] as const;

/** Throws `BAD_USER_INPUT` for a sign-in that cannot be. */
export const readSignIn = (given: ScanAuthenticationInput): ScanSignIn => {
  const { type, keyVaultUrl, keyVaultSecretName, username, domain, authProtocol, privProtocol } = given;
  const { isSecret } = ways[type];
  const takes: readonly string[] = ways[type].takes;
  const stranger = optional.find((name) => given[name] != null && !takes.includes(name));
  if (stranger !== undefined) throw fault(`authentication.${stranger}`, `is not for ${type}`);
  const isOfVault = keyVaultUrl != null || keyVaultSecretName != null;
  if (isOfVault && keyVaultUrl == null) throw fault('authentication.keyVaultUrl', 'is missing');
  if (isOfVault && keyVaultSecretName == null) throw fault('authentication.keyVaultSecretName', 'is missing');
  if (!isOfVault && isSecret) {
    throw fault(
      'authentication',
      `is of ${type}, whose secret comes from a Key Vault: give keyVaultUrl and keyVaultSecretName`,
    );
  }
  const needed = isOfVault
    ? undefined
    : (['username', 'domain'] as const).find((name) => takes.includes(name) && given[name] == null);
  if (needed !== undefined) throw fault(`authentication.${needed}`, `is missing: ${type} without a Key Vault needs it`);
  return {
    type,
    ...(keyVaultUrl != null && { keyVaultUrl: vaultIn(keyVaultUrl) }),
    ...(keyVaultSecretName != null && { keyVaultSecretName: secretNameIn(keyVaultSecretName) }),
    ...(username != null && { username: textIn('authentication.username', username) }),
    ...(domain != null && { domain: textIn('authentication.domain', domain) }),
    ...(authProtocol != null && { authProtocol }),
    ...(privProtocol != null && { privProtocol }),
  };
};

/** Throws `BAD_USER_INPUT` for a sign-in that scans of this kind do not have. */
export const checkSignsIn = (scanType: string, signIn: ScanSignIn): void => {
  if (scanTypeOf(signIn) === scanType) return;
  throw fault('authentication.type', `${signIn.type} is not for scans of ${scanType}`);
};

const hoursIn = (hours: number): number => {
  if (Number.isInteger(hours) && hours >= 1 && hours <= maxHours) return hours;
  throw fault('intervalInHours', `must be 1 to ${maxHours}`);
};

const machineIn = (given: string): string => {
  const id = given.trim().toLowerCase();
  if (hasIdForm('machine', id)) return id;
  throw fault('machineId', 'is not the id of a machine');
};

/** Reads the terms one by one; what is null is not spoken of. Throws `BAD_USER_INPUT`. */
export const readTerms = (
  given: Pick<UpdateScanDefinitionsInput, keyof ScanTerms> | Pick<CreateScanDefinitionInput, keyof ScanTerms>,
): ScanTerms => {
  const { scanType, scanName, isActive, targetType, targets, intervalInHours, machineId } = given;
  if (scanType === 'UNKNOWN') throw fault('scanType', 'cannot be UNKNOWN');
  if (targetType === 'UNKNOWN') throw fault('targetType', 'cannot be UNKNOWN');
  return {
    ...(scanType != null && { scanType }),
    ...(scanName != null && { scanName: textIn('scanName', scanName) }),
    ...(isActive != null && { isActive }),
    ...(targetType != null && { targetType }),
    ...(targets != null && { targets: targetsOf(targets) }),
    ...(intervalInHours != null && { intervalInHours: hoursIn(intervalInHours) }),
    ...(machineId != null && { machineId: machineIn(machineId) }),
  };
};
