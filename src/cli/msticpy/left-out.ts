const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};

/** Groups whose entries are told by their names, with the group's own key. */
const groups: Readonly<Record<string, string>> = { azuresentinel: 'Workspaces', mssentinel: 'Workspaces' };

/** Settings of MSTICPy that are about notebooks, other products, or where its own queries are. */
const why = 'has no counterpart and is left out';

/** What of the file is not for the gateway, each by its name; `used`: keys of the root that were read, in lower case. */
export const leftOut = (
  root: Readonly<Record<string, unknown>>,
  providers: readonly string[],
  used: ReadonlySet<string>,
): readonly string[] => [
  ...providers.map((title) => `DataProviders.${title}: ${why}`),
  ...Object.entries(root).flatMap(([key, value]) => {
    if (used.has(key.toLowerCase())) return [];
    const group = groups[key.toLowerCase()];
    if (group === undefined) return [`${key}: ${why}`];
    const names = Object.keys(recordOf(recordOf(value)[group]));
    return names.length === 0 ? [`${key}: ${why}`] : names.map((name) => `${key}.${group}.${name}: a workspace ${why}`);
  }),
];
