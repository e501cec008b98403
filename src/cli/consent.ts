import { consentLink } from '../identity/consent.ts';
import { exitCodes, type Run } from './io.ts';
import { settingsOf } from './settings.ts';
import { tenantNamed } from './tenant.ts';

/** `defender-gateway consent TENANT`: the link on standard output, what to do with it beside. */
export const runConsent: Run = async ({ io, options, operands: [name = ''] }) => {
  const config = await settingsOf(io, options.config);
  const tenant = tenantNamed(config, name);
  const link = consentLink(tenant, options['redirect-uri']);
  if (link === null) {
    io.err(
      `Tenant "${name}" signs in by managed identity: its permissions are granted to the identity, not consented to\n`,
    );
    return exitCodes.faulty;
  }
  io.out(`${link}\n`);
  io.err(`An administrator of ${name} opens it and accepts; then: defender-gateway check ${name}\n`);
  return exitCodes.fine;
};
