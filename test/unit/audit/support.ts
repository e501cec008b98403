import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AuditLog, AuditRecord } from '../../../src/audit/record.ts';

export { entryOf } from './entry.ts';

/** A folder that goes with the test. */
export const testFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-audit-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

export const recordsOf = async (log: AuditLog): Promise<readonly AuditRecord[]> => {
  const records: AuditRecord[] = [];
  for await (const record of log.newest()) records.push(record);
  return records;
};
