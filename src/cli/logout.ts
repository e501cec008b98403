import { InputError } from '../errors.ts';
import { exitCodes, type Run } from './io.ts';
import { withServices } from './services.ts';
import { tenantNamed } from './tenant.ts';

/** `defender-gateway logout TENANT`. */
export const runLogout: Run = async ({ io, options, operands: [name = ''] }) =>
  withServices(io, options.config, async (services) => {
    const tenant = tenantNamed(services.config, name);
    if (tenant.auth.kind !== 'user') throw new InputError(`Tenant "${name}" does not sign in as a user`);
    const ended = await services.signIns.end(tenant);
    io.out(ended ? `Signed out of ${name}\n` : `Nobody was signed in to ${name}\n`);
    return exitCodes.fine;
  });
