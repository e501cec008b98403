import type { Tenant } from '../config/tenants.ts';
import type { MachineActionFilter } from '../domain/filters.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import { GatewayError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { IncompleteError } from './every-row.ts';
import { firstPages } from './first-pages.ts';
import type { MachineActionReads } from './machine-actions.ts';

const pageSize = 1000;
const maxPages = 10;

/**
 * All actions that meet a filter on machines, in no order. What is told by actions is told by all of them or not at all. Calls:
 * those of the list, and 1 more that proves its end where it has rows. Throws `QUERY_TOO_EXPENSIVE` for more than 10,000, an
 * `IncompleteError` where Microsoft does not give them all.
 */
export const readActionsOfMachines = async (
  reads: Pick<MachineActionReads, 'open'>,
  tenant: Tenant,
  filter: MachineActionFilter,
  scope: CallScope,
): Promise<readonly MachineAction[]> => {
  const opened = await reads.open(tenant, filter, { from: { kind: 'start' }, top: pageSize }, scope);
  const { items, isAll } = await firstPages(opened, maxPages);
  if (isAll) return items;
  const { name } = tenant;
  const remark = opened.remark?.();
  if (remark !== undefined) {
    const said = `The actions of the machines: ${remark}`;
    throw new IncompleteError('UPSTREAM_REJECTED', said, { tenant: name, api: 'mde' });
  }
  throw new GatewayError(
    'QUERY_TOO_EXPENSIVE',
    `The machines have more than ${maxPages * pageSize} actions: ask for fewer machines at once`,
    { tenant: name },
  );
};
