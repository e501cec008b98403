import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { stringify } from 'yaml';
import { whyUnreadable } from '../config/unreadable.ts';
import { notUtf8, utf8TextOf } from '../config/utf8-text.ts';
import { InputError } from '../errors.ts';
import { exitCodes, type Run } from './io.ts';
import { readMsticpy } from './msticpy/sections.ts';
import { importTenants } from './msticpy/tenants.ts';

const heading = `# Tenants of MSTICPy's settings. Say under "access" who may call, then: defender-gateway config validate
`;

/** `defender-gateway config import-msticpy FILE`: our settings on standard output, warnings beside. */
export const runImportMsticpy: Run = async ({ io, operands: [file = ''] }) => {
  const bytes = await readFile(resolve(io.cwd, file)).catch((error: unknown) => {
    throw new InputError(`The file ${file} cannot be read (${whyUnreadable(error)})`, {}, error);
  });
  const text = utf8TextOf(bytes);
  if (text === null) throw new InputError(`The file ${file} ${notUtf8}`);
  const { tenants, warnings } = importTenants(readMsticpy(text));
  if (tenants.length === 0) {
    io.err(`${file} has no MicrosoftDefender section, nor another of these APIs (M365D, MDE, MicrosoftGraph ...)\n`);
    for (const warning of warnings) io.err(`Warning: ${warning}\n`);
    return exitCodes.faulty;
  }
  io.out(`${heading}${stringify({ tenants }, { lineWidth: 0 })}`);
  for (const warning of warnings) io.err(`Warning: ${warning}\n`);
  return exitCodes.fine;
};
