import { createRandom } from './random.ts';
import { type Product, type Release, unixProducts, windowsProducts } from './software-catalogue.ts';
import type { WorldMachine } from './types.ts';

/** Software as one machine has it. */
export interface Software extends Omit<Product, 'releases'>, Release {}

/** What is installed on a machine: always the first product of its platform, the others on most, each in one release. */
export function softwareOn(machine: WorldMachine): readonly Software[] {
  if (machine.onboardingStatus !== 'Onboarded') return [];
  const random = createRandom(`${machine.id}/software`);
  const releases = random.fork('releases');
  const offered = machine.osPlatform.startsWith('Windows') ? windowsProducts : unixProducts;
  return offered
    .filter((_, place) => random.chance(0.7) || place === 0)
    .map(({ releases: choice, ...product }) => ({ ...product, ...releases.pick(choice) }));
}
