import { asGatewayError } from '../../errors.ts';
import { performOnEach } from '../../routing/perform-on-each.ts';
import { type ActionTarget, type Ended, endedBy, type Sending, stopped } from './kind.ts';

/**
 * Sends each target by itself, `atOnce` at a time; a few by default. Each end is there as soon as its own sending is over, and no
 * promise rejects: what `send` throws leaves those that have no end yet unknown.
 */
export const sendEach = <Target extends ActionTarget, Shown>(
  sendings: readonly Sending<Target>[],
  send: (sending: Sending<Target>) => Promise<Ended<Shown>>,
  atOnce?: number,
): readonly Promise<Ended<Shown>>[] => {
  const ends = sendings.map((sending) => ({ sending, ...Promise.withResolvers<Ended<Shown>>() }));
  performOnEach(ends, async ({ sending, resolve }) => resolve(await send(sending)), atOnce).catch((thrown: unknown) => {
    for (const { resolve } of ends) resolve(stopped('UNKNOWN', asGatewayError(thrown)));
  });
  return ends.map(({ promise }) => promise);
};

/**
 * Sends all targets in one go, for actions whose call takes many; that they are sent now is written to the journal before. Ends are in
 * the order of the sendings, and no promise rejects: what `send` throws is the end of each.
 */
export const sendTogether = <Target extends ActionTarget, Shown>(
  sendings: readonly Sending<Target>[],
  send: (sendings: readonly Sending<Target>[]) => Promise<readonly Ended<Shown>[]>,
): readonly Promise<Ended<Shown>>[] => {
  const sendAll = async (): Promise<readonly Ended<Shown>[]> => {
    for (const { renew } of sendings) await renew();
    return sendings.length === 0 ? [] : send(sendings);
  };
  const all = sendAll();
  return sendings.map((_, index) =>
    all.then(
      (ends) => ends[index] ?? stopped('UNKNOWN', asGatewayError(new Error('An action has no end'))),
      (thrown: unknown) => endedBy<Shown>(asGatewayError(thrown), (error) => error),
    ),
  );
};
