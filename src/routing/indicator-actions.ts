import type { Tenant } from '../config/tenants.ts';
import { asGatewayError, type GatewayError, UpstreamError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import * as mde from '../upstream/mde/indicators.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { sendInHalves } from './in-halves.ts';
import { bodyOf, type KnownIndicator, type WantedIndicator } from './indicator-body.ts';
import { noAnswer } from './no-answer.ts';
import { sendOnce } from './send-once.ts';

export { indicatorsPerCall } from '../upstream/mde/indicators.ts';

/** An indicator that is to be made, or changed from what it is now. */
export interface IndicatorWrite {
  readonly wanted: WantedIndicator;
  /** Null: it is not there yet. */
  readonly before: KnownIndicator | null;
}

/** What became of one indicator; both null: it is done, and its id was not told. */
export interface IndicatorDone {
  readonly indicatorId: string | null;
  readonly error: GatewayError | null;
}

/**
 * Changes of a tenant's indicators, each sent once. Answers in the order of what was given, and never rejects for one:
 * `error.details.sent` tells whether it may have been done.
 */
export interface IndicatorActions {
  /** Makes or changes them. Calls: 1 for 500; where a call is refused whole, its halves are asked by themselves, until 20 are refused in a row. */
  write(tenant: Tenant, writes: readonly IndicatorWrite[], scope: CallScope): Promise<readonly IndicatorDone[]>;
  /** Deletes them by id. Calls as above: one that cannot be deleted keeps back no other. */
  remove(tenant: Tenant, ids: readonly string[], scope: CallScope): Promise<readonly IndicatorDone[]>;
}

/** import-ti-indicators.md: the call is good, and the row says why it is not. */
const refusedRow = ({ name }: Tenant, reason: string | null): GatewayError =>
  new UpstreamError('UPSTREAM_REJECTED', `Defender for Endpoint does not take it: ${reason ?? 'it does not say why'}`, {
    tenant: name,
    api: 'mde',
    sent: 'no',
  });

/** What the rows say of each body: rows name the value alone, so that of equal values the first row is the first body's. */
const byRow = (
  tenant: Tenant,
  bodies: readonly mde.MdeIndicatorBody[],
  rows: readonly mde.MdeImportRow[],
): readonly IndicatorDone[] => {
  const ofValue = Map.groupBy(rows, ({ indicator }) => indicator.toLowerCase());
  return bodies.map(({ indicatorValue }) => {
    const row = ofValue.get(indicatorValue.toLowerCase())?.shift();
    if (row === undefined) return { indicatorId: null, error: noAnswer(tenant) };
    if (row.isFailed) return { indicatorId: null, error: refusedRow(tenant, row.failureReason) };
    return { indicatorId: row.id, error: null };
  });
};

export const createIndicatorActions = (parts: RoutingDependencies): IndicatorActions => {
  const failed = (error: GatewayError): IndicatorDone => ({ indicatorId: null, error });

  const inCalls = async <Item>(
    tenant: Tenant,
    items: readonly Item[],
    scope: CallScope,
    send: (some: readonly Item[]) => Promise<readonly IndicatorDone[]>,
  ): Promise<readonly IndicatorDone[]> => {
    try {
      return await parts.routing.run(tenant, 'indicators.write', scope, {
        mde: async () => {
          const done = await sendInHalves(items, mde.indicatorsPerCall, send, failed);
          return done.map((one) => one ?? failed(noAnswer(tenant)));
        },
      });
    } catch (thrown) {
      const error = asGatewayError(thrown);
      return items.map(() => failed(error));
    }
  };

  return {
    write: (tenant, writes, scope) =>
      inCalls(
        tenant,
        writes.map(({ wanted, before }) => bodyOf(wanted, before)),
        scope,
        async (some) => {
          const [only, ...others] = some;
          if (only !== undefined && others.length === 0) {
            const made = await sendOnce(parts, tenant, mde.submitIndicator(only), scope);
            return [{ indicatorId: made === null ? null : String(made.id), error: null }];
          }
          const rows = await sendOnce(parts, tenant, mde.importIndicators(some), scope);
          return byRow(tenant, some, rows ?? []);
        },
      ),

    remove: (tenant, ids, scope) =>
      inCalls(tenant, ids, scope, async (some) => {
        const [only, ...others] = some;
        if (only !== undefined && others.length === 0) {
          await sendOnce(parts, tenant, mde.deleteIndicator(only), scope);
        } else await sendOnce(parts, tenant, mde.batchDeleteIndicators(some), scope);
        return some.map((id) => ({ indicatorId: id, error: null }));
      }),
  };
};
