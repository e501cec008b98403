import { asGatewayError } from '../../errors.ts';
import { actOnEach } from '../../routing/act-on-each.ts';
import { type ActTarget, type Ended, type Sending, stopped } from './kind.ts';

/**
 * Sends each target by itself, `atOnce` at a time; a few by default. Each end is there as soon as its own sending is over, and no
 * promise rejects: what `send` throws leaves those that have no end yet unknown.
 */
export const sendEach = <Target extends ActTarget, Shown>(
  sendings: readonly Sending<Target>[],
  send: (sending: Sending<Target>) => Promise<Ended<Shown>>,
  atOnce?: number,
): readonly Promise<Ended<Shown>>[] => {
  const ends = sendings.map((sending) => ({ sending, ...Promise.withResolvers<Ended<Shown>>() }));
  actOnEach(ends, async ({ sending, resolve }) => resolve(await send(sending)), atOnce).catch((thrown: unknown) => {
    for (const { resolve } of ends) resolve(stopped('UNKNOWN', asGatewayError(thrown)));
  });
  return ends.map(({ promise }) => promise);
};
