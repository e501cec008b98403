import type { Verification } from '../audit/verify.ts';
import type { AuditConfig } from '../config/audit.ts';
import { exitCodes, type Run } from './io.ts';
import { settingsOf } from './settings.ts';

const verify = async (audit: AuditConfig): Promise<Verification | null> => {
  const { verifyFolder, verifyRedis } = await import('../audit/verify.ts');
  switch (audit.kind) {
    case 'memory':
      return null;
    case 'file':
      return verifyFolder(audit.folder);
    case 'redis':
      return verifyRedis(await audit.url.reveal());
  }
};

/** `defender-gateway audit verify`: whether the audit log is whole. */
export const runAuditVerify: Run = async ({ io, options }) => {
  const found = await verify((await settingsOf(io, options.config)).audit);
  if (found === null) {
    io.err('The audit log is kept in memory (audit.url), so there is nothing to verify\n');
    return exitCodes.faulty;
  }
  const { ok, records, firstSeq, fault } = found;
  if (ok) {
    io.out(
      `The audit log is whole: ${records} records${firstSeq > 1 ? `, the oldest of them number ${firstSeq}` : ''}\n`,
    );
    return exitCodes.fine;
  }
  io.err(`The audit log is not whole: ${fault}. ${records} records before it hold\n`);
  return exitCodes.faulty;
};
