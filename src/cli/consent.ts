import { consentLinkOf } from '../identity/consent.ts';
import { columns } from './check/table.ts';
import { newCustomerLink, type UnknownTenant, unknownTenants } from './consent/new-customer.ts';
import { type ConsentState, consentStateOf } from './consent/states.ts';
import { type CliOptions, exitCodes, type Run, UsageError } from './io.ts';
import { withServices } from './services.ts';
import { settingsOf } from './settings.ts';
import { tenantNamed } from './tenant.ts';

/** Time for Entra's answers of one tenant. */
const tenantTimeoutMs = 60_000;

/** Tenants that are looked at at the same time. */
const width = 8;

const words = { CONSENTED: 'consented', NOT_CONSENTED: 'NOT consented', UNKNOWN: 'unknown' } as const;

const tableOf = (states: readonly ConsentState[]): string => {
  const rows = states.map(({ tenant, state, apis, reason }) => {
    const counts = apis.map(({ api, permissions }) => `${api} ${permissions ?? '-'}`).join(', ');
    return [tenant, words[state], reason ?? `permissions: ${counts}`];
  });
  const links = states.flatMap(({ tenant, state, link }) =>
    state === 'NOT_CONSENTED' && link !== null ? [`\n  ${tenant}: an administrator opens\n  ${link}\n`] : [],
  );
  return `${columns(rows)}\n${links.join('')}`;
};

/** `defender-gateway consent [--json]`: where the consents of all tenants stand, by new tokens of Entra. */
const tellStates: Run = async ({ io, options }) =>
  withServices(io, options.config, async ({ config, tokens }) => {
    const states: ConsentState[] = [];
    for (let start = 0; start < config.tenants.length; start += width) {
      const some = config.tenants.slice(start, start + width).map((tenant) => {
        const signal = AbortSignal.timeout(tenantTimeoutMs);
        return consentStateOf(tenant, tokens, signal, options['redirect-uri']);
      });
      states.push(...(await Promise.all(some)));
    }
    io.out(options.json ? `${JSON.stringify({ tenants: states }, null, 2)}\n` : tableOf(states));
    return states.every(({ state }) => state === 'CONSENTED') ? exitCodes.fine : exitCodes.faulty;
  });

const unknownTenantOf = (name: string | undefined, isNew: boolean): UnknownTenant | undefined => {
  const word = unknownTenants.find((one) => one === name);
  if (isNew && name !== undefined && word === undefined) {
    throw new UsageError('--new is for a customer whose tenant is not known yet: leave the name out');
  }
  return word ?? (isNew ? unknownTenants[0] : undefined);
};

/** What the command is used for, as its usage says it. */
const uses = { states: '"consent" alone', tenant: '"consent TENANT"', customer: '"consent --new"' } as const;
type Use = keyof typeof uses;

/** Options that go with some uses only. */
const usesOf: readonly (readonly [option: keyof CliOptions, uses: readonly Use[]])[] = [
  ['json', ['states']],
  ['client-id', ['customer']],
  ['cloud', ['customer']],
  ['state', ['tenant', 'customer']],
];

const checkOptions = (options: CliOptions, use: Use): void => {
  for (const [option, those] of usesOf) {
    if (options[option] === undefined || those.includes(use)) continue;
    throw new UsageError(`--${option} goes with ${those.map((one) => uses[one]).join(' and ')}`);
  }
};

/** `defender-gateway consent [TENANT | --new]`: the link on standard output, what to do with it beside. */
export const runConsent: Run = async (invocation) => {
  const { io, options, operands } = invocation;
  const [name] = operands;
  const redirectUri = options['redirect-uri'];
  if (redirectUri !== undefined && !URL.canParse(redirectUri)) {
    throw new UsageError(`--redirect-uri must be a whole address, e.g. https://partner.example/, not "${redirectUri}"`);
  }
  const unknown = unknownTenantOf(name, options.new === true);
  const isOfAll = name === undefined && unknown === undefined;
  checkOptions(options, isOfAll ? 'states' : unknown === undefined ? 'tenant' : 'customer');
  if (isOfAll) return tellStates(invocation);
  const config = await settingsOf(io, options.config);
  const own = config.tenants.find((tenant) => tenant.name === name);
  if (unknown !== undefined && own === undefined) {
    io.out(`${newCustomerLink(config.tenants, unknown, options)}\n`);
    io.err(
      'An administrator of the customer opens it and accepts. The address that Entra then leads to has tenant=...: the tenant of whoever ' +
        'accepted. If that is the customer, it is the tenantId for the settings; error=... says that they did not accept. ' +
        'Then add the tenant and run: defender-gateway check NAME\n',
    );
    return exitCodes.fine;
  }
  const tenant = own ?? tenantNamed(config, name ?? '');
  const link = consentLinkOf(tenant, { redirectUri, state: options.state });
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
