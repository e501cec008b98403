import { createRandom, type Random } from './random.ts';
import {
  linuxProducts,
  macProducts,
  type Product,
  phoneProducts,
  type Release,
  windowsProducts,
} from './software-catalogue.ts';
import type { WorldMachine } from './types.ts';

/** Software as one machine has it. */
export interface Software extends Omit<Product, 'releases'>, Release {}

const offeredOn = ({ osPlatform }: WorldMachine): readonly Product[] => {
  if (osPlatform.startsWith('Windows')) return windowsProducts;
  if (osPlatform === 'macOS') return macProducts;
  if (osPlatform === 'iOS' || osPlatform === 'Android') return phoneProducts[osPlatform];
  return linuxProducts;
};

/** What is installed on a machine: always the first product of its platform, the others on most, each in one release. */
export function softwareOn(machine: WorldMachine): readonly Software[] {
  if (machine.onboardingStatus !== 'Onboarded') return [];
  const random = createRandom(`${machine.id}/software`);
  const releases = random.fork('releases');
  return offeredOn(machine)
    .filter((_, place) => random.chance(0.7) || place === 0)
    .flatMap(({ releases: choice, ...product }) => {
      const release = pickFrom(choice, machine, releases);
      return release === undefined ? [] : [{ ...product, ...release }];
    });
}

/** A release that is for the machine's build, or for any; none when there is none. */
function pickFrom(choice: Product['releases'], { osBuild }: WorldMachine, random: Random): Release | undefined {
  const fit = choice.filter((release) => release.osBuild === undefined || release.osBuild === osBuild);
  return fit[random.int(0, fit.length - 1)];
}
