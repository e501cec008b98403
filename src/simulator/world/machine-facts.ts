import { createRandom } from './random.ts';
import type { WorldMachine } from './types.ts';

/** What answers of the services carry about a machine although no table of properties has it. */
export interface MachineFacts {
  readonly defenderAvStatus: 'Updated' | 'NotUpdated' | 'Disabled' | 'NotSupported' | 'Unknown';
  readonly agentVersion: string | null;
  readonly managedBy: 'Intune' | 'MicrosoftDefenderForEndpoint' | 'Unknown';
  readonly managedByStatus: 'Success' | 'Unknown';
  readonly isExcluded: boolean;
  readonly exclusionReason: string | null;
  readonly isPotentialDuplication: boolean;
}

/** The same facts for the same machine, always. */
export const factsOf = (machine: WorldMachine): MachineFacts => {
  const { id, osPlatform, healthStatus, onboardingStatus, exclusionReason = null } = machine;
  const random = createRandom(`${id}/facts`);
  const managed = onboardingStatus === 'Onboarded';
  const supported = /^(Windows|Linux|macOS)/.test(osPlatform);
  const updated = random.pick<MachineFacts['defenderAvStatus']>([
    'Updated',
    'Updated',
    'Updated',
    'NotUpdated',
    'Disabled',
  ]);
  return {
    defenderAvStatus: !supported ? 'NotSupported' : managed && healthStatus !== 'Inactive' ? updated : 'Unknown',
    agentVersion: managed ? `10.8${random.int(0, 9)}60.26${random.int(100, 999)}.1000` : null,
    managedBy: !managed ? 'Unknown' : random.pick(['Intune', 'MicrosoftDefenderForEndpoint']),
    managedByStatus: managed ? 'Success' : 'Unknown',
    isExcluded: exclusionReason !== null,
    exclusionReason,
    isPotentialDuplication: exclusionReason === 'DuplicateDevice',
  };
};

/** Phones report what is wrong with them, not what happens. */
export const isPhone = ({ osPlatform }: WorldMachine): boolean => osPlatform === 'iOS' || osPlatform === 'Android';

/** Accounts that log on to a machine, as alerts and devices name them. */
export const loggedOnUsers = (
  machine: WorldMachine | null,
): readonly { readonly accountName: string; readonly domainName: string }[] =>
  (machine?.logonUsers ?? []).map(({ accountName, domainName }) => ({ accountName, domainName }));
