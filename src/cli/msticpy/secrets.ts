import { isPlaceholder } from './placeholders.ts';
import type { VaultSettings } from './vaults.ts';

/** A secret of MSTICPy as our settings refer to it. */
export type SecretReference =
  | { readonly env: string }
  | { readonly keyVault: { readonly vault: string; readonly secret: string } };

export interface CarriedSecret {
  readonly reference: SecretReference;
  /** What the operator has to do for it; `null`: nothing. */
  readonly warning: string | null;
}

/** Where a secret stands. */
export interface SecretPlace {
  /** e.g. `DataProviders.MicrosoftDefender.Args.ClientSecret`. */
  readonly path: string;
  /** The environment variable that takes its place when the secret cannot stay where it is. */
  readonly variable: string;
  readonly vaults: VaultSettings;
}

/** MSTICPy's own rule for the name of a secret in Key Vault. */
const vaultName = (text: string): string => text.replace(/[^0-9a-zA-Z-]/g, '-');

const fromVault = (target: unknown, { path, vaults, variable }: SecretPlace): CarriedSecret => {
  const text = typeof target === 'string' && target.toLowerCase() !== 'default' ? target : '';
  const slash = text.indexOf('/');
  const own = slash < 0 ? vaults.usual : vaults.named(text.slice(0, slash));
  if (own === null) {
    return {
      reference: { env: variable },
      warning: `${path} is in a Key Vault that the file does not name (KeyVault.VaultName): put it into ${variable}`,
    };
  }
  const secret = text === '' ? path : text.slice(slash + 1);
  return { reference: { keyVault: { vault: own, secret: vaultName(secret) } }, warning: null };
};

/** A reference for a secret, which itself is never repeated; `undefined`: there is none. */
export const carrySecret = (value: unknown, place: SecretPlace): CarriedSecret | undefined => {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'object') {
    const [entry] = Object.entries(value);
    if (entry?.[0].toLowerCase() === 'environmentvar' && typeof entry[1] === 'string')
      return { reference: { env: entry[1] }, warning: null };
    if (entry?.[0].toLowerCase() === 'keyvault') return fromVault(entry[1], place);
    return {
      reference: { env: place.variable },
      warning: `${place.path} is kept in a way that is not known here: put the secret into ${place.variable}`,
    };
  }
  if (typeof value === 'string' && isPlaceholder(value)) {
    return {
      reference: { env: place.variable },
      warning: `${place.path} is filled in by the program: put the secret into the environment variable ${place.variable}`,
    };
  }
  return {
    reference: { env: place.variable },
    warning: `${place.path} stands there in clear: put it into the environment variable ${place.variable}, and consider it seen`,
  };
};
