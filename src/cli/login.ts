import { createUserSignIn } from '../identity/user-sign-in.ts';
import { exitCodes, type Run, UsageError } from './io.ts';
import { withServices } from './services.ts';
import { userTenantNamed } from './tenant.ts';

/** As long as a device code is good for. */
const browserTimeoutMs = 15 * 60_000;

/** `defender-gateway login TENANT`: what to do on standard output; waits until it is done. */
export const runLogin: Run = async ({ io, options, operands: [name = ''] }) => {
  if (options.device && options.browser) throw new UsageError('Choose one of --device and --browser');
  return withServices(io, options.config, async (services) => {
    const { config, clock, http, signIns } = services;
    const tenant = userTenantNamed(config, name);
    const chosen = tenant.auth.kind === 'user' && tenant.auth.flow === 'browser';
    const browser = options.browser ?? (options.device ? false : chosen);
    const user = createUserSignIn({ signIns, http, now: clock.now });
    const signIn = browser
      ? await user.byBrowser(
          tenant,
          async (url) => {
            io.out(`Open this address to sign in:\n${url}\n`);
            io.openBrowser(url);
          },
          AbortSignal.timeout(browserTimeoutMs),
        )
      : await user.byDevice(tenant, ({ verificationUri, userCode, message }) =>
          io.out(`Open:  ${verificationUri}\nCode:  ${userCode}\n${message}\n`),
        );
    io.out(`Signed in to ${name} as ${signIn.userName}\n`);
    return exitCodes.fine;
  });
};
