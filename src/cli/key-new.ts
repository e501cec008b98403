import { createHash, randomBytes } from 'node:crypto';
import { stringify } from 'yaml';
import { builtInRoles } from '../config/permissions.ts';
import { whatThereIs } from '../config/suggest.ts';
import { exitCodes, type Run, UsageError } from './io.ts';

/** `defender-gateway key new NAME [--role ROLE]`: the key on standard output, its row of the settings and advice beside it. */
export const runKeyNew: Run = async ({ io, options, operands: [name = ''] }) => {
  if (name.trim() === '') throw new UsageError('A key needs a name: it is what the audit log tells of who uses it');
  const key = randomBytes(32).toString('base64url');
  const sha256 = createHash('sha256').update(key).digest('hex');
  const roles = options.role ?? ['reader'];
  if (roles.some((role) => !/^[^\s,]+$/.test(role))) {
    throw new UsageError('--role takes the name of one role; for several say it again: --role hunter --role responder');
  }
  const foreign = roles.filter((role) => !Object.hasOwn(builtInRoles, role));
  io.out(`# The key, which is shown only now. Callers send it as x-api-key. Keep it in a secret store.
# ${key}
${stringify({ access: { apiKeys: [{ name, sha256, roles: [...roles] }] } }, { lineWidth: 0 })}`);
  if (foreign.length > 0) {
    io.err(
      `${foreign.map((role) => `"${role}" is no built-in role${whatThereIs(role, Object.keys(builtInRoles))}`).join('\n')}\nDefine it in access.roles\n`,
    );
  }
  return exitCodes.fine;
};
