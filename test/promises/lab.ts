import { type Running, startRunning } from '../support/gateway.ts';
import { changedSettings, type SettingsChange } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';
import { type StandIn, type StandInEstate, startStandIn } from './stand-in.ts';

/** Limits under which the promises on many rows and tenants are asked. */
const wide = { pageSize: 10_000, tenantsPerQuery: 200, cost: 1_000_000, upstreamCalls: 2000 };

/** Where promises are measured. */
export interface Lab {
  /** In front of the simulator: one tenant of 240 machines, and one beside it. */
  readonly simulated: Running;
  /** In front of the stand-in: 200 tenants, `t000` to `t199`, with wide limits. */
  readonly many: Running;
  readonly standIn: StandIn;
  /** The settings of the gateway before the stand-in. */
  readonly manySettings: string;
  /** What a tenant of the stand-in has. */
  estate(tenant: string): StandInEstate;
  stop(): Promise<void>;
}

/** The tenants of the stand-in. */
export const tenantNames = Array.from({ length: 200 }, (_, index) => `t${String(index).padStart(3, '0')}`);

/** Starts both. */
export const startLab = async (): Promise<Lab> => {
  const standIn = await startStandIn();
  const simulated = await startRunning({
    // Calls are counted.
    simulator: {
      profile: 'mild',
      tenants: [simTenant('contoso', { scale: 4 }), simTenant('fabrikam')],
      enforceQuotas: false,
    },
  });
  // Tokens are not what is counted.
  await simulated.ask('{ tenants { capabilities { available } } }');
  let manySettings = '';
  const many = await startRunning({
    simulator: { tenants: tenantNames.map((name) => simTenant(name)), enforceQuotas: false },
    settings: (offered) => {
      const there = tenantNames.flatMap((_, index): SettingsChange[] => [
        [['tenants', index, 'endpoints', 'graph'], standIn.origin],
        [['tenants', index, 'endpoints', 'mde'], standIn.origin],
      ]);
      manySettings = changedSettings(offered, [[['limits'], wide], ...there]);
      return manySettings;
    },
  });
  const idOf = new Map(many.simulator.tenants.map(({ name, tenantId }) => [name, tenantId]));
  return {
    simulated,
    many,
    standIn,
    manySettings,
    estate: (tenant) => standIn.estate(idOf.get(tenant) ?? ''),
    stop: async () => {
      await Promise.all([simulated.stop(), many.stop()]);
      await standIn.stop();
    },
  };
};
