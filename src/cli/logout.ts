import { exitCodes, type Run } from './io.ts';
import { withServices } from './services.ts';
import { userTenantNamed } from './tenant.ts';

/** `defender-gateway logout TENANT`. */
export const runLogout: Run = async ({ io, options, operands: [name = ''] }) =>
  withServices(io, options.config, async (services) => {
    const ended = await services.signIns.end(userTenantNamed(services.config, name));
    io.out(ended ? `Signed out of ${name}\n` : `Nobody was signed in to ${name}\n`);
    return exitCodes.fine;
  });
