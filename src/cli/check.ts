import { randomUUID } from 'node:crypto';
import { didYouMean } from '../config/suggest.ts';
import { capabilityNames } from '../routing/capabilities.ts';
import { capabilityStates } from '../routing/capability-states.ts';
import { createConnectivity } from '../routing/connectivity.ts';
import { createRouting } from '../routing/route.ts';
import { createScope } from '../scope.ts';
import { callersReportOf, reportOf, type TenantReport } from './check/report.ts';
import { storeProblems, storeSection } from './check/store.ts';
import { tableOf } from './check/table.ts';
import { exitCodes, type Run, UsageError } from './io.ts';
import { withServices } from './services.ts';
import { tenantNamed } from './tenant.ts';

/** Time for one tenant; Entra and three hosts are asked side by side. */
const tenantTimeoutMs = 60_000;

/** Tenants that are looked at at the same time. */
const width = 8;

/** The features that `--need` names. Throws `UsageError` with the nearest name. */
const neededFeatures = (text: string): ReadonlySet<string> => {
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (name === '')
      throw new UsageError('--need takes names of features with commas between, e.g. incidents.read,machines.read');
    if (!capabilityNames.some((known) => known === name))
      throw new UsageError(`--need: there is no feature "${name}"${didYouMean(name, capabilityNames)}`);
  }
  return new Set(names);
};

/** `defender-gateway check [TENANT] [--json]`. What is found about the store is told and does not count as missing. */
export const runCheck: Run = async ({ io, options, operands: [name] }) => {
  const needs = options.need === undefined ? null : neededFeatures(options.need);
  return withServices(io, options.config, async (services) => {
    const { config, clock, http, store, tokens } = services;
    const tenants = name === undefined ? config.tenants : [tenantNamed(config, name)];
    const look = createConnectivity({ tokens, http, clock, proxies: config.upstream.proxy });
    const routing = createRouting({ tokens });

    const check = async (tenant: (typeof tenants)[number]): Promise<TenantReport> => {
      const scope = createScope({
        requestId: randomUUID(),
        signal: AbortSignal.timeout(tenantTimeoutMs),
        deadline: clock.now() + tenantTimeoutMs,
        maxCalls: 10,
      });
      // Nobody is here on whose behalf a token could be had: the app's own shows whether its credential is good.
      if (tenant.auth.kind === 'onBehalfOf') {
        return callersReportOf(tenant, await look({ ...tenant, auth: tenant.auth.app }, scope, { freshTokens: true }));
      }
      const connectivity = await look(tenant, scope, { freshTokens: true });
      return reportOf(tenant, connectivity, await capabilityStates(routing, tenant, scope), needs ?? undefined);
    };

    const reports: TenantReport[] = [];
    for (let start = 0; start < tenants.length; start += width) {
      reports.push(...(await Promise.all(tenants.slice(start, start + width).map(check))));
    }
    const ok = reports.every((report) => report.ok);
    const found = { problems: await storeProblems(store) };
    io.out(
      options.json
        ? `${JSON.stringify({ ok, tenants: reports, store: found }, null, 2)}\n`
        : `${reports.map(tableOf).join('\n')}${storeSection(found)}`,
    );
    return ok ? exitCodes.fine : exitCodes.faulty;
  });
};
