import { createRandom } from '../../../world/random.ts';
import type { WorldMachine } from '../../../world/types.ts';

/** A weakness of one software version; the numbers are invented. */
export interface Weakness {
  readonly cveId: string;
  readonly severity: 'Low' | 'Medium' | 'High' | 'Critical';
  readonly update: string;
}

/** Software as the inventory prints it: lower case, underscores for spaces. */
export interface Software {
  readonly vendor: string;
  readonly name: string;
  readonly version: string;
  readonly endOfSupport: string | null;
  readonly weaknesses: readonly Weakness[];
}

const windows: readonly Software[] = [
  { vendor: 'microsoft', name: 'edge', version: '131.0.2903.51', endOfSupport: null, weaknesses: [] },
  {
    vendor: 'microsoft',
    name: 'office',
    version: '16.0.17928.20216',
    endOfSupport: null,
    weaknesses: [{ cveId: 'CVE-2026-90101', severity: 'High', update: 'November 2026 Security Updates' }],
  },
  {
    vendor: 'northwind',
    name: 'remote_tools',
    version: '4.2.0.0',
    endOfSupport: '2025-12-31T00:00:00Z',
    weaknesses: [
      { cveId: 'CVE-2026-90117', severity: 'Critical', update: 'Remote Tools 5.1' },
      { cveId: 'CVE-2025-90044', severity: 'Medium', update: 'Remote Tools 4.3' },
    ],
  },
];

const unix: readonly Software[] = [
  {
    vendor: 'contoso',
    name: 'web_server',
    version: '2.4.58',
    endOfSupport: null,
    weaknesses: [{ cveId: 'CVE-2026-90123', severity: 'High', update: 'web_server 2.4.62' }],
  },
  { vendor: 'contoso', name: 'log_shipper', version: '1.9.3', endOfSupport: null, weaknesses: [] },
];

/** What is installed on a machine: always its first software, the others on most. */
export function softwareOn(machine: WorldMachine): readonly Software[] {
  if (machine.onboardingStatus !== 'Onboarded') return [];
  const random = createRandom(`${machine.id}/software`);
  const offered = machine.osPlatform.startsWith('Windows') ? windows : unix;
  return offered.filter((_, place) => random.chance(0.7) || place === 0);
}
