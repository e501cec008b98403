import { clouds } from '../../clouds/endpoints.ts';

/** The endings of Key Vaults by MSTICPy's words for `KeyVault.Authority`; `null`: the vault's name is enough. */
const endings: Readonly<Record<string, string | null>> = {
  global: null,
  usgov: clouds['gcc-high'].keyVaultEnding,
  chi: clouds.china.keyVaultEnding,
  cn: clouds.china.keyVaultEnding,
};

/** The settings under `KeyVault`. */
export interface VaultSettings {
  /** Where secrets without a vault of their own are; `null`: the file does not say. */
  readonly usual: string | null;
  /** A vault's name as the settings of the gateway take it: with its host, where that is not the worldwide one. */
  named(vault: string): string;
  /** What could not be carried over. */
  readonly notes: readonly string[];
}

/** `authority`: the word as it stands there. A vault whose host is given keeps it. */
export const vaultSettings = (usual: unknown, authority: unknown): VaultSettings => {
  const word = typeof authority === 'string' ? authority.trim().toLowerCase() : 'global';
  const isKnown = Object.hasOwn(endings, word);
  const ending = isKnown ? endings[word] : null;
  const named = (vault: string): string => {
    const host = vault.replace(/^https:\/\//i, '').replace(/\/+$/, '');
    return ending == null || host.includes('.') ? host : `${host}.${ending}`;
  };
  return {
    usual: typeof usual === 'string' && usual.trim() !== '' ? named(usual.trim()) : null,
    named,
    notes: isKnown
      ? []
      : [
          `KeyVault.Authority: the cloud "${word}" is not known here: give the vaults with their hosts, e.g. NAME.vault.azure.net`,
        ],
  };
};
