import type { Tenant } from '../../config/tenants.ts';
import { NotFoundError } from '../../errors.ts';
import type { CommandOrder } from '../../routing/actions.ts';
import { firstPages } from '../../routing/first-pages.ts';
import type { CallScope } from '../../scope.ts';
import type { ActionParts } from '../action.ts';

/** Files of a library that are looked at. */
const listed = 1000;
const maxPages = 10;

/** The library files that commands name. */
const filesOf = (commands: readonly CommandOrder[]): readonly string[] =>
  commands.flatMap((command) => {
    if (command.type === 'PUT_FILE') return [command.fileName];
    return command.type === 'RUN_SCRIPT' ? [command.scriptName] : [];
  });

/**
 * Why a session cannot do its commands: a script or file that is not in the tenant's library (`NOT_FOUND`). Null: they are there,
 * or the tenant does not permit to list the library. One call where a command names a file, and one for each further page;
 * rejects when one fails.
 */
export const missingFile = async (
  { actions, reads }: Pick<ActionParts, 'actions' | 'reads'>,
  tenant: Tenant,
  commands: readonly CommandOrder[],
  scope: CallScope,
): Promise<NotFoundError | null> => {
  const names = [...new Set(filesOf(commands))];
  if (names.length === 0 || (await actions.refusal(tenant, 'libraryFiles.read', scope)) !== null) return null;
  const { items, isAll } = await firstPages(
    await reads.libraryFiles.open(tenant, {}, { from: { kind: 'start' }, top: listed }, scope),
    maxPages,
  );
  // Machines of Windows do not tell names apart by their case.
  const there = new Set(items.map(({ fileName }) => fileName.toLowerCase()));
  const missing = names.filter((name) => !there.has(name.toLowerCase()));
  if (missing.length === 0 || !isAll) return null;
  const message = `There is no library file ${missing.join(', ')} in ${tenant.name}`;
  return new NotFoundError(message, { tenant: tenant.name, field: 'commands', sent: 'no' });
};
