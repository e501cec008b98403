/** Microsoft's APIs, by the names that the rest of the source uses. */
export type ApiName = 'mde' | 'm365d' | 'graph';

/** Delegated names that are not the application's name without `.All`, each as its operations' pages print it. */
const irregular: Readonly<Record<string, string>> = {
  'File.Read.All': 'File.Read.All',
  'Ip.Read.All': 'Ip.Read.All',
  'RemediationTasks.Read.All': 'RemediationTask.Read',
  'URL.Read.All': 'URL.Read.All',
  'User.Read.All': 'User.Read.All',
};

/**
 * What a delegated token calls an application permission: MDE and M365D drop `.All`, but for the names above; Graph has one
 * name for both.
 */
export const delegatedName = (api: ApiName, permission: string): string => {
  if (api === 'graph') return permission;
  return Object.hasOwn(irregular, permission)
    ? (irregular[permission] ?? permission)
    : permission.replace(/\.All$/, '');
};
