import type { ConfigPath, Faults } from '../faults.ts';
import { didYouMean } from '../suggest.ts';
import type { TenantList } from '../tenant-list.ts';

/**
 * Names of the tenants that `selectors` (names and `tag:...`) stand for, each once; all when there are none. When some
 * tenants could not be read, selectors are not held against the others.
 */
export const selectedTenants = (
  selectors: readonly string[] | undefined,
  { tenants, complete, note }: TenantList,
  path: ConfigPath,
  faults: Faults,
): 'all' | readonly string[] => {
  if (selectors === undefined) return 'all';
  const selected = selectors.flatMap((selector, index) => {
    const tag = selector.startsWith('tag:') ? selector.slice('tag:'.length) : undefined;
    const found = tenants.filter(({ name, tags }) => (tag === undefined ? name === selector : tags.includes(tag)));
    if (found.length === 0 && complete) {
      const known =
        tag === undefined
          ? tenants.map(({ name }) => name)
          : tenants.flatMap(({ tags }) => tags.map((each) => `tag:${each}`));
      (note ?? faults.add)(
        [...path, index],
        `no tenant ${tag === undefined ? 'has this name' : 'has this tag'}${didYouMean(selector, known)}`,
      );
    }
    return found.map(({ name }) => name);
  });
  return [...new Set(selected)];
};
