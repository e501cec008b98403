import { readFileSync } from 'node:fs';
import type { TenantPlace } from '../../../src/unification/tenant-place.ts';

/** A recorded shape of `test/fixtures`, which are our own in the documented form; refused when the guard does not know it. */
export const fixture = <T>(name: string, is: (value: unknown) => value is T): T => {
  const value: unknown = JSON.parse(readFileSync(new URL(`../../fixtures/${name}.json`, import.meta.url), 'utf8'));
  if (is(value)) return value;
  throw new Error(`${name}.json is not what its guard accepts`);
};

export const contoso: TenantPlace = {
  name: 'contoso',
  tenantId: '11111111-2222-4333-8444-555555555555',
  portal: 'https://security.microsoft.com',
};

export const portalless: TenantPlace = { ...contoso, portal: null };
