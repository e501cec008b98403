/**
 * The data providers of MSTICPy that sign in to what the gateway is in front of, by the names of their sections and of its
 * `DataEnvironment`: https://msticpy.readthedocs.io/en/latest/data_acquisition/DataProv-MSDefender.html
 */
const ours = [
  'MicrosoftDefender',
  'MDATPApp',
  'MDATP',
  'MDE',
  'M365D',
  'M365DGraph',
  'MicrosoftGraph',
  'GraphSecurity',
  'SecurityGraph',
  'SecurityGraphApp',
  'MicrosoftSecurityGraph',
] as const;

/** The driver's own section, and the older name that it still reads: their tenant has no other name. */
const usual: ReadonlySet<string> = new Set(['microsoftdefender', 'mdatpapp']);

/** How the title of a section of ours is read. */
export interface SectionTitle {
  /** What names its tenant, e.g. `Tenant1` of `MicrosoftDefender-Tenant1`; empty: nothing does. */
  readonly instance: string;
}

/** The title of a provider of ours, with `-INSTANCE` or without; `null`: it is another's. Case does not count. */
export const titleOf = (title: string): SectionTitle | null => {
  const [provider = '', ...rest] = title.trim().split('-');
  const known = ours.find((name) => name.toLowerCase() === provider.toLowerCase());
  if (known === undefined) return null;
  const instance = rest.join('-');
  return { instance: instance !== '' || usual.has(known.toLowerCase()) ? instance : known };
};
