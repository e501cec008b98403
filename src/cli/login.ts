import { createUserSignIn } from '../identity/user-sign-in.ts';
import { exitCodes, type Run, UsageError } from './io.ts';
import { withServices } from './services.ts';
import { tenantNamed } from './tenant.ts';

/** `defender-gateway login TENANT`: what to do on standard output; waits until it is done. */
export const runLogin: Run = async ({ io, options, operands: [name = ''] }) => {
  if (options.device && options.browser) throw new UsageError('Choose one of --device and --browser');
  return withServices(io, options.config, async (services) => {
    const { config, clock, http, signIns } = services;
    const tenant = tenantNamed(config, name);
    if (config.store.kind === 'memory') {
      io.err('store.url is memory: a sign-in would be gone at once. Choose a store that lasts\n');
      return exitCodes.faulty;
    }
    const chosen = tenant.auth.kind === 'user' && tenant.auth.flow === 'browser';
    const browser = options.browser ?? (options.device ? false : chosen);
    const user = createUserSignIn({ signIns, http, now: clock.now });
    const signIn = browser
      ? await user.byBrowser(tenant, async (url) => {
          io.out(`Open this address to sign in:\n${url}\n`);
          io.openBrowser(url);
        })
      : await user.byDevice(tenant, ({ message }) => io.out(`${message}\n`));
    io.out(`Signed in to ${name} as ${signIn.userName}\n`);
    return exitCodes.fine;
  });
};
