/** The field of an answer to `INFO`, a line `name:value` each. */
const fieldOf = (info: string, name: string): string | undefined =>
  new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];

const evictionWarning = (policy: string | undefined): string | null => {
  if (policy === 'noeviction') return null;
  return policy === undefined
    ? 'Whether Redis evicts entries could not be checked: its maxmemory-policy has to be noeviction, or an action may be sent twice'
    : `Redis may evict entries (its maxmemory-policy is ${policy}): set it to noeviction, or an action may be sent twice`;
};

const persistenceWarning = (appendOnly: string | undefined): string | null => {
  if (appendOnly === '1') return null;
  return appendOnly === undefined
    ? 'Whether Redis keeps entries on disk could not be checked: its appendonly has to be yes, or an action may be sent twice after its restart'
    : 'Redis does not write each entry to disk (its appendonly is no): its restart loses the entries since its last snapshot, or all, and an action may be sent twice; set appendonly to yes';
};

/**
 * What an operator has to know of Redis's settings, a sentence each; by `INFO memory` and `INFO persistence`, which managed
 * services permit where they forbid `CONFIG GET`. https://redis.io/docs/latest/commands/info/
 */
export const redisWarnings = (info: { readonly memory: string; readonly persistence: string }): readonly string[] =>
  [
    evictionWarning(fieldOf(info.memory, 'maxmemory_policy')),
    persistenceWarning(fieldOf(info.persistence, 'aof_enabled')),
  ].filter((sentence) => sentence !== null);
