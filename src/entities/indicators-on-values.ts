import type { Tenant } from '../config/tenants.ts';
import { mde } from '../microsoft/mde/index.ts';
import { allFound } from '../routing/each-id.ts';
import { IncompleteError } from '../routing/every-row.ts';
import { type RowsByParts, readRowsBy } from '../routing/rows-by.ts';
import type { CallScope } from '../scope.ts';
import { page } from '../upstream/call.ts';
import { type IdentifiedWire, identified } from './mde-entity.ts';

const kind = identified('an indicator', 'indicators');
const top = mde.listIndicators.maxTop ?? 10_000;

/**
 * The indicators of a tenant whose value is spelled so, each once, whatever their type. Throws what one of them failed with, and
 * an `IncompleteError` where not all could be read. Calls: 2 for one spelling, 2 to 4 for ten.
 */
export const readIndicatorsSpelled = async (
  parts: RowsByParts,
  tenant: Tenant,
  spellings: readonly string[],
  scope: CallScope,
): Promise<readonly IdentifiedWire[]> => {
  const found = await readRowsBy<IdentifiedWire>(
    parts,
    tenant,
    {
      ask: (asked) => page(mde.listIndicators, {}, kind, asked),
      idOf: ({ id }) => id,
      property: 'indicatorValue',
      valueIn: ({ indicatorValue }) => (typeof indicatorValue === 'string' ? indicatorValue : null),
      top,
    },
    spellings,
    scope,
  );
  const rows = new Map<string, IdentifiedWire>();
  for (const own of allFound(found)) {
    if (own.truncation !== null) throw unreadWhole(tenant, own.truncation);
    for (const row of own.rows) rows.set(row.id, row);
  }
  return [...rows.values()];
};

/** Of indicators that could be read in part alone, which must not pass for all. */
export const unreadWhole = ({ name }: Tenant, truncation: string): IncompleteError =>
  new IncompleteError('UPSTREAM_REJECTED', `The indicators cannot be read whole: ${truncation}`, {
    tenant: name,
    api: 'mde',
  });
