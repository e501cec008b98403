import { sentenceOf } from '../store/loss.ts';
import { exitCodes, type Run } from './io.ts';
import { withServices } from './services.ts';

/** `defender-gateway store accept`: the operator's word that what the store lost does not matter. */
export const runStoreAccept: Run = async ({ io, options }) =>
  withServices(io, options.config, async ({ store }) => {
    const loss = await store.continuity.look();
    if (loss === null) {
      io.out('The store lost nothing that is known of: mutations under an idempotencyKey are accepted\n');
      return exitCodes.fine;
    }
    if (!(await store.continuity.accept())) {
      io.err(`This cannot be accepted: ${sentenceOf(loss)}\n`);
      return exitCodes.faulty;
    }
    io.out('Accepted: within some seconds mutations under an idempotencyKey are accepted again, by every gateway\n');
    return exitCodes.fine;
  });
