import { checkTrustedDocuments } from '../check-documents.ts';
import { createSchema } from '../server/schema.ts';
import { exitCodes, type Run, UsageError } from './io.ts';
import { readSettings, tenantFaultText } from './settings.ts';

/** `defender-gateway config validate [FILE]`: rejects with the faults, which the dispatcher prints. */
export const runValidate: Run = async ({ io, options, operands: [file] }) => {
  if (file !== undefined && options.config !== undefined) throw new UsageError('Name the file once');
  const config = await readSettings(io, file ?? options.config);
  checkTrustedDocuments(config, createSchema());
  const names = config.tenants.map(({ name }) => name);
  const count = `${names.length} tenant${names.length === 1 ? '' : 's'}${names.length === 0 ? '' : ` (${names.join(', ')})`}`;
  const faults = config.tenantsFolder?.first.faults ?? [];
  for (const warning of config.warnings) io.err(`Warning: ${warning}\n`);
  if (faults.length > 0) {
    io.err(`tenantsFolder: ${faults.length} fault${faults.length === 1 ? '' : 's'}\n`);
    for (const fault of faults) io.err(`  ${tenantFaultText(fault)}\n`);
    io.err(`What can be used: ${count}\n`);
    return exitCodes.faulty;
  }
  io.out(`The settings can be used: ${count}\n`);
  return exitCodes.fine;
};
