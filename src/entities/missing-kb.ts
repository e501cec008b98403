import type { Tenant } from '../config/tenants.ts';
import type { MachineVulnerability } from '../routing/machine-vulnerabilities.ts';
import { asId, asNumber, asText, asTexts, type EntityOf } from '../unification/fields.ts';
import { fromMde, type OfTenant } from './entity.ts';

/** get-missing-kbs-machine.md, get-missing-kbs-software.md */
export const missingKbFields = {
  kbId: asId('id'),
  name: asText('name'),
  productNames: asTexts('productsNames'),
  url: asText('url'),
  machinesMissing: asNumber('machineMissedOn'),
  cvesAddressed: asNumber('cveAddressed'),
} as const;

/** An update that machines of a tenant lack. It has no read of its own. */
export interface MissingKb extends OfTenant, EntityOf<typeof missingKbFields> {}

/** Reads one. */
export const missingKbFromMde = fromMde(missingKbFields);

/** The page of an update, as getmissingkbs prints it. get-missing-kbs-machine.md */
const catalogPage = (kbId: string): string => `https://catalog.update.microsoft.com/v7/site/Search.aspx?q=KB${kbId}`;

/** The updates that would fix some weaknesses of one machine; their titles are not among what is known of those. */
export const missingKbsIn = (tenant: Pick<Tenant, 'name'>, rows: readonly MachineVulnerability[]): MissingKb[] => {
  const byKb = Map.groupBy(rows, ({ fixingKbId }) => fixingKbId ?? '');
  byKb.delete('');
  return [...byKb].map(([kbId, fixed]) => ({
    tenant: tenant.name,
    source: 'MDE',
    kbId,
    name: null,
    productNames: [...new Set(fixed.flatMap(({ productName }) => productName ?? []))],
    url: catalogPage(kbId),
    machinesMissing: null,
    cvesAddressed: new Set(fixed.map(({ cveId }) => cveId)).size,
  }));
};
