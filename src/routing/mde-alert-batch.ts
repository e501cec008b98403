import type { Tenant } from '../config/tenants.ts';
import type { Alert } from '../domain/alert.ts';
import { beforeSending, NotFoundError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import * as mde from '../upstream/mde/alerts.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { chunked } from './filter-forms.ts';
import { createIdReader } from './ids-in-filter.ts';
import { type Done, doneBy } from './perform-on-each.ts';
import { sendOnce } from './send-once.ts';

/** batch-update-alerts.md names no limit, but there is an error for too many. */
const alertsPerBatch = 50;

/**
 * The same change of several alerts through MDE. It answers nothing and does not say which ids it knew, so they are read
 * first: 2 calls for each 50 alerts. What was changed has to be read again to be shown.
 */
export const createMdeAlertBatch = (parts: RoutingDependencies & { readonly idsPerCall: number }) => {
  const byId = createIdReader(parts);

  return async (
    tenant: Tenant,
    ids: readonly string[],
    body: mde.MdeAlertUpdate,
    scope: CallScope,
  ): Promise<readonly Done<Alert>[]> => {
    const found = await byId(
      tenant,
      ids,
      {
        list: (filter, top) => mde.listAlerts({ filter, top }),
        single: mde.getAlert,
        idOf: (wire) => wire.id,
        filterable: /^[\w.:-]{1,256}$/,
      },
      scope,
    ).catch((thrown: unknown) => Promise.reject(beforeSending(thrown)));
    const outcomes = new Map<string, Done<Alert>>();
    const known: string[] = [];
    for (const id of ids) {
      const wire = found.get(id);
      if (wire === undefined) {
        outcomes.set(id, {
          entity: null,
          error: new NotFoundError(`There is no alert ${id} in ${tenant.name}`, { tenant: tenant.name, sent: 'no' }),
        });
      } else if (wire instanceof Error) outcomes.set(id, { entity: null, error: beforeSending(wire) });
      else known.push(id);
    }
    await Promise.all(
      chunked(known, alertsPerBatch).map(async (chunk) => {
        const done = await doneBy<Alert>(() =>
          sendOnce(parts, tenant, mde.batchUpdateAlerts({ ...body, alertIds: chunk }), scope),
        );
        for (const id of chunk) outcomes.set(id, done);
      }),
    );
    return ids.map((id) => outcomes.get(id) ?? { entity: null, error: null });
  };
};
