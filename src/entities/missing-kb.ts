import { asId, asNumber, asText, asTexts, type EntityOf } from '../unification/fields.ts';
import type { OfTenant } from './entity.ts';

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
