import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import { asGatewayError, type GatewayError, retold } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { CallScope } from '../../scope.ts';
import { glanceScope } from '../committed-scope.ts';
import { type ActionTarget, type Ended, type Look, stopped } from './kind.ts';

/** Where targets stand at Microsoft's side, by their id; those that nothing speaks against are absent. */
type Findings<Shown> = ReadonlyMap<string, Ended<Shown>>;

/** How long ago what is listed as going on may have begun to keep an action back, milliseconds. */
const recentMs = 3 * 86_400_000;

/** Whether what is listed as going on surely does. What began longer ago may be left over: then Microsoft judges. */
export const isRecent = (begunAt: string | null, clock: Clock): boolean =>
  begunAt !== null && clock.now() - Date.parse(begunAt) < recentMs;

/** What all looks tell. `unread`: what a look that fails leaves of each target. */
const lookAll = async <Target extends ActionTarget, Shown>(
  looks: readonly Look<Target, Shown>[],
  targets: readonly Target[],
  isDryRun: boolean,
  scope: CallScope,
  unread: (error: GatewayError) => Ended<Shown> | null,
): Promise<Findings<Shown>> => {
  if (targets.length === 0) return new Map();
  const told = await Promise.all(
    looks.map((look) =>
      look(targets, isDryRun, scope).catch((thrown: unknown) => {
        scope.signal.throwIfAborted();
        const stands = unread(asGatewayError(thrown));
        return targets.map(() => stands);
      }),
    ),
  );
  return new Map(
    targets.flatMap(({ id }, index) => {
      const stands = told.map((ends) => ends[index] ?? null).find((end) => end !== null);
      return stands === undefined ? [] : [[id, stands] as const];
    }),
  );
};

/** For a dry run: what cannot be read is refused, for nobody can tell that it is possible. */
export const lookForDryRun = <Target extends ActionTarget, Shown>(
  looks: readonly Look<Target, Shown>[],
  targets: readonly Target[],
  scope: CallScope,
): Promise<Findings<Shown>> => {
  const why = 'Whether it would be taken cannot be told, for what is there cannot be read';
  return lookAll(looks, targets, true, scope, (error) => stopped('REFUSED', retold(error, `${why}: ${error.message}`)));
};

/** Before an action is sent: what cannot be read in a moment does not stand in its way, for Microsoft judges it too. */
export const lookBeforeSending = <Target extends ActionTarget, Shown>(
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  about: { readonly tenant: Tenant; readonly mutation: string },
  looks: readonly Look<Target, Shown>[],
  targets: readonly Target[],
  scope: CallScope,
): Promise<Findings<Shown>> =>
  lookAll(looks, targets, false, glanceScope(scope, clock), (err) => {
    const { mutation, tenant } = about;
    log.warn('What is there could not be read before an action', { mutation, tenant: tenant.name, err });
    return null;
  });
