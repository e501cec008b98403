import type { AuditEntry, AuditLog } from './record.ts';

/**
 * The log; after an entry is written, `onEnd` is called for the tenant of each action whose end is known, whoever found it out: who did
 * it, who watched it, or who looks for what a process left behind. `onEnd` must not reject: what was written stands.
 */
export const heardAudit = (
  audit: AuditLog,
  onEnd: (of: Pick<AuditEntry, 'tenant' | 'tenantId'>) => Promise<void>,
): AuditLog => ({
  ...audit,
  append: async (entries) => {
    const numbers = await audit.append(entries);
    const ended = entries.filter(({ outcome }) => outcome !== 'INTENDED');
    const tenants = new Map(ended.map((entry) => [`${entry.tenant}\n${entry.tenantId}`, entry]));
    await Promise.all([...tenants.values()].map(onEnd));
    return numbers;
  },
});
