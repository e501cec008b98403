import { hash } from 'node:crypto';
import type { TenantWorld } from '../world/types.ts';

/** Hex digits that belong to a thing of the estate, the same each time. */
export const digits = (world: TenantWorld, thing: string, count: number): string =>
  hash('sha256', `${world.tenantId}/${thing}`).slice(0, count);

/** A GUID that belongs to a thing of the estate. */
export function guidOf(world: TenantWorld, thing: string): string {
  const hex = digits(world, thing, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
