import type { TenantWorld, WorldMachine, WorldUser } from '../world/types.ts';
import { guidOf } from './evidence-ids.ts';
import type { Shape } from './evidence-parts.ts';

/** Where evidence that Graph alone tells of is seen. */
export interface Scene {
  readonly world: TenantWorld;
  readonly at: string;
  readonly machine: WorldMachine | null;
  readonly user: WorldUser | null;
}

/** What a kind has beyond the base type. */
export type Render = (scene: Scene) => Shape;

/** Evidence inside other evidence: with the base type's properties, of which nothing is known. */
export const piece = (type: string, { at }: Scene, own: Shape): Shape => ({
  '@odata.type': `#microsoft.graph.security.${type}`,
  createdDateTime: at,
  verdict: 'unknown',
  remediationStatus: 'none',
  remediationStatusDetails: null,
  roles: [],
  detailedRoles: [],
  tags: [],
  ...own,
});

/** Where the estate's documentation addresses are, by country. */
const places = new Map([
  ['BR', { city: 'São Paulo', state: 'São Paulo', countryName: 'Brazil', latitude: -23.55, longitude: -46.63 }],
  ['DE', { city: 'Berlin', state: 'Berlin', countryName: 'Germany', latitude: 52.52, longitude: 13.4 }],
  ['NL', { city: 'Amsterdam', state: 'North Holland', countryName: 'Netherlands', latitude: 52.37, longitude: 4.9 }],
  ['SG', { city: 'Singapore', state: 'Singapore', countryName: 'Singapore', latitude: 1.35, longitude: 103.82 }],
  ['US', { city: 'Ashburn', state: 'Virginia', countryName: 'United States', latitude: 39.04, longitude: -77.49 }],
]);

/** What `ipEvidence` has beyond the base type; private addresses are nowhere. */
export const ipDetails = (ipAddress: string, countryLetterCode: string | null = null): Shape => ({
  ipAddress,
  countryLetterCode,
  location: countryLetterCode === null ? null : (places.get(countryLetterCode) ?? null),
  stream: countryLetterCode === null ? null : { name: 'SignInLogs' },
});

/** An address inside other evidence. */
export const ip = (scene: Scene, ipAddress: string, country: string | null = null): Shape =>
  piece('ipEvidence', scene, ipDetails(ipAddress, country));

/** A resource of Azure inside other evidence. */
export function azureResource(scene: Scene, resourceType: string, resourceName: string): Shape {
  const { world } = scene;
  const group = `/subscriptions/${guidOf(world, 'subscription')}/resourceGroups/rg-${world.name}`;
  const resourceId = `${group}/providers/${resourceType}/${resourceName}`;
  return piece('azureResourceEvidence', scene, { resourceId, resourceName, resourceType });
}
