import { blobHosts, createBlobSite } from './blob.ts';
import { createCalls } from './calls.ts';
import { cloudRow, hostsOf } from './clouds.ts';
import { controlPrefix, createControl } from './control.ts';
import { createDirectory } from './directory.ts';
import { decideDeviceCode } from './entra/device-code.ts';
import { createSignIns } from './entra/sign-ins.ts';
import { createSigner } from './entra/signer.ts';
import { createTokenIssuer } from './entra/tokens.ts';
import { createFaults } from './faults.ts';
import { createListeners } from './http/listeners.ts';
import { createPipeline } from './http/pipeline.ts';
import { createQuotas } from './http/quotas.ts';
import { createLinks } from './links.ts';
import { createOddities } from './oddities/state.ts';
import { profiles, withChanges } from './oddities/values.ts';
import type { CoreOptions, LocalEndpoints, Simulator, SimulatorParts } from './options.ts';
import { createSite } from './sites.ts';
import { demoTenants, type SimTenant } from './tenants.ts';
import { createWorlds } from './worlds.ts';

/** Puts the core together with an estate and products and starts one HTTPS listener per real host. */
export const runSimulator = async (parts: SimulatorParts, options: CoreOptions = {}): Promise<Simulator> => {
  const { tenants = demoTenants, host = '127.0.0.1', hostName = 'localhost', basePort = 0 } = options;
  const { tokenLifetimeSeconds: lifetimeSeconds = 3599, now = () => new Date() } = options;
  const named = (name: string): SimTenant => {
    const tenant = tenants.find((known) => known.name === name);
    if (!tenant) throw new Error(`The simulator has no tenant ${name}`);
    return tenant;
  };

  const listeners = createListeners({ host, hostName, basePort });
  const { originOf } = listeners;
  const links = createLinks({ now });
  const products = parts.createProducts({ links, linkOrigin: () => originOf(blobHosts.liveResponse) });
  const directory = createDirectory(tenants, products);
  const worlds = createWorlds({ tenants, seed: options.seed ?? 0, now, createWorld: parts.createWorld });
  const signer = await createSigner(now);
  const issuer = createTokenIssuer({ directory, signer, now, lifetimeSeconds });
  const signIns = createSignIns(now);
  const calls = createCalls();
  const faults = createFaults();
  const pipeline = createPipeline({ faults, calls, now });
  const oddities = createOddities(withChanges(profiles[options.profile ?? 'mild'], options.oddities ?? {}));
  const quotas = options.enforceQuotas === false ? null : createQuotas(now);

  const endpoints = (tenantName: string): LocalEndpoints => {
    const { login, apis } = cloudRow(named(tenantName).cloud);
    return {
      authority: originOf(login[0]),
      mde: originOf(apis.mde.origins[0]),
      m365d: originOf(apis.m365d.origins[0]),
      graph: originOf(apis.graph.origins[0]),
    };
  };
  const control = createControl({ calls, faults, oddities, directory, endpointsOf: endpoints });

  const siteDeps = {
    products,
    directory,
    signer,
    issuer,
    signIns,
    arcKey: options.arcKey,
    quotas,
    pipeline,
    oddities,
    now,
    worldOf: worlds.byId,
    originOf,
  };
  try {
    for (const realHost of hostsOf(tenants.map(({ cloud }) => cloud))) {
      const site = createSite(realHost, siteDeps);
      const controls = realHost.products.includes('entra');
      await listeners.open([realHost.origin], async (incoming, closed) =>
        controls && incoming.path.startsWith(controlPrefix)
          ? { kind: 'answer', response: control(incoming) }
          : pipeline(site, incoming, closed),
      );
    }
    const blobSite = createBlobSite(links);
    await listeners.open(Object.values(blobHosts), (incoming, closed) => pipeline(blobSite, incoming, closed));
  } catch (thrown) {
    await listeners.close();
    throw thrown;
  }

  return {
    caPem: listeners.caPem,
    tenants,
    world: (name) => worlds.byId(named(name).tenantId),
    originOf,
    keepsQuotas: quotas !== null,
    endpoints,
    calls,
    faults,
    oddities: {
      of: (tenantName) => oddities.of(named(tenantName).name).values,
      set: oddities.set,
      reset: oddities.reset,
    },
    users: {
      signIn: (tenantName, userName) => void signIns.signedIn.set(named(tenantName).tenantId, userName),
      approveDeviceCode: (userCode, userName) => decideDeviceCode({ signIns, directory }, userCode, { userName }),
      declineDeviceCode: (userCode) => decideDeviceCode({ signIns, directory }, userCode, 'declined'),
      revoke: signIns.revoke,
      declineConsent: (tenantName, declines = true) => {
        const { tenantId } = named(tenantName);
        if (declines) signIns.declining.add(tenantId);
        else signIns.declining.delete(tenantId);
      },
    },
    mintToken: (claims) => {
      const iat = Math.floor(now().getTime() / 1000);
      return signer.sign({ iat, nbf: iat, exp: iat + lifetimeSeconds, ...claims });
    },
    stop: listeners.close,
  };
};
