import { createRandom } from './random.ts';
import {
  linuxProducts,
  macProducts,
  type Product,
  phoneProducts,
  type Release,
  type Weakness,
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
export const softwareOn = (machine: WorldMachine): readonly Software[] =>
  installedOn(machine).map(({ product: { releases: _, ...product }, release }) => ({ ...product, ...release }));

/** Weaknesses that a machine had: of the release before the one without any, which it has now. */
export const fixedOn = (
  machine: WorldMachine,
): readonly { readonly software: Software; readonly weakness: Weakness }[] =>
  installedOn(machine).flatMap(({ product: { releases, ...product }, release }) => {
    const before = fitting(releases, machine).find(({ weaknesses }) => weaknesses.length > 0);
    if (before === undefined || release.weaknesses.length > 0) return [];
    return before.weaknesses.map((weakness) => ({ software: { ...product, ...before }, weakness }));
  });

const installedOn = (machine: WorldMachine): readonly { readonly product: Product; readonly release: Release }[] => {
  if (machine.onboardingStatus !== 'Onboarded') return [];
  const random = createRandom(`${machine.id}/software`);
  const drawn = random.fork('releases');
  return offeredOn(machine)
    .filter((_, place) => random.chance(0.7) || place === 0)
    .flatMap((product) => {
      const fit = fitting(product.releases, machine);
      const release = fit[drawn.int(0, fit.length - 1)];
      return release === undefined ? [] : [{ product, release }];
    });
};

/** Releases that are for the machine's build, or for any. */
const fitting = (releases: Product['releases'], { osBuild }: WorldMachine): readonly Release[] =>
  releases.filter((release) => release.osBuild === undefined || release.osBuild === osBuild);
