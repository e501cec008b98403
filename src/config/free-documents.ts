import type { AccessConfig } from './access.ts';
import type { ServerConfig } from './server.ts';

/** Whether some caller may ask freely: whether a role that allows it can be had by any caller. Entra may give any role. */
const someoneIsFree = ({ anonymous, apiKeys, entra, roles }: AccessConfig): boolean =>
  [
    ...(anonymous === null ? [] : [anonymous]),
    ...apiKeys.flatMap((key) => key.roles),
    ...(entra.length === 0 ? [] : Object.keys(roles)),
  ].some((name) => Object.hasOwn(roles, name) && roles[name]?.permissions.includes('document:any'));

/** Whether the page of free questions is of no use to anybody: only documents of the list run, whoever asks. */
export const hidesGraphiql = ({ graphiql, persistedQueries }: ServerConfig, access: AccessConfig): boolean =>
  graphiql && persistedQueries === 'trusted' && !someoneIsFree(access);

/** What to tell the operator about it. */
export const graphiqlWarning =
  'server.graphiql: off, since server.persistedQueries is trusted and no caller can have the permission "document:any"';
