import type { AuditLog } from './record.ts';

/**
 * The log; after an entry is written, `onEnd` is called for the tenant of each action whose end is known, whoever found it out: who did
 * it, who watched it, or who looks for what a process left behind. `onEnd` must not reject: what was written stands.
 */
export const heardAudit = (audit: AuditLog, onEnd: (tenant: string) => Promise<void>): AuditLog => ({
  ...audit,
  append: async (entries) => {
    const numbers = await audit.append(entries);
    const ended = entries.filter(({ outcome }) => outcome !== 'INTENDED');
    await Promise.all([...new Set(ended.map(({ tenant }) => tenant))].map(onEnd));
    return numbers;
  },
});
