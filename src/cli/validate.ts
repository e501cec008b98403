import { checkTrustedDocuments } from '../check-documents.ts';
import { createSchema } from '../server/schema.ts';
import { exitCodes, type Run, UsageError } from './io.ts';
import { settingsOf } from './settings.ts';

/** `defender-gateway config validate [FILE]`: rejects with the faults, which the dispatcher prints. */
export const runValidate: Run = async ({ io, options, operands: [file] }) => {
  if (file !== undefined && options.config !== undefined) throw new UsageError('Name the file once');
  const config = await settingsOf(io, file ?? options.config);
  checkTrustedDocuments(config, createSchema());
  const names = config.tenants.map(({ name }) => name);
  io.out(`The settings can be used: ${names.length} tenant${names.length === 1 ? '' : 's'} (${names.join(', ')})\n`);
  for (const warning of config.warnings) io.err(`Warning: ${warning}\n`);
  return exitCodes.fine;
};
