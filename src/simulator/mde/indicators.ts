import { mde } from '../../microsoft/mde/index.ts';
import { type Body, checkBatchSize, objectBody, objectList, requiredTexts } from '../defender/body.ts';
import { DefenderFault, notFound, refusals } from '../defender/fault.ts';
import { serve } from '../http/serve.ts';
import type { Route, SimRequest } from '../http/types.ts';
import type { WorldIndicator } from '../world/types.ts';
import { indicatorFields, indicatorShape } from './indicator-shape.ts';
import { isActive, type KnownIndicators, knownIndicators, submitIndicator } from './indicator-submit.ts';
import { answerList, listRules } from './list.ts';
import { callerName, entity, param } from './route.ts';

/** With `Ti.ReadWrite` an application sees its own indicators, with `Ti.ReadWrite.All` those of everybody. */
function visible(request: SimRequest): readonly WorldIndicator[] {
  const indicators = request.tenant.indicators.filter((one) => isActive(one, request.now));
  const { kind, permissions: granted } = request.principal;
  if (kind === 'user' || granted.includes('Ti.ReadWrite.All')) return indicators;
  return indicators.filter((indicator) => indicator.createdBy === callerName(request));
}

function remove(request: SimRequest, ids: readonly string[]): void {
  const own = visible(request);
  const byId = new Map(own.map((indicator) => [String(indicator.id), indicator]));
  const doomed = new Set(
    ids.map((id) => {
      if (!/^\d+$/.test(id)) throw new DefenderFault('InvalidInput', `'${id}' is not the id of an indicator.`);
      const indicator = byId.get(id);
      if (indicator === undefined) throw notFound('indicator', id);
      return indicator;
    }),
  );
  const { indicators } = request.tenant;
  indicators.splice(0, indicators.length, ...indicators.filter((indicator) => !doomed.has(indicator)));
}

function importOne(request: SimRequest, body: Body, known: KnownIndicators): Readonly<Record<string, unknown>> {
  const indicator = typeof body.indicatorValue === 'string' ? body.indicatorValue : '';
  try {
    return { id: String(submitIndicator(request, body, known).id), indicator, isFailed: false, failureReason: null };
  } catch (fault) {
    if (!(fault instanceof DefenderFault)) throw fault;
    return { id: null, indicator, isFailed: true, failureReason: fault.message };
  }
}

/** Custom indicators (get-ti-indicators-collection.md, post-, import-, delete-, batch-delete-ti-indicators.md). */
export function indicatorRoutes({ pageSize }: { readonly pageSize: number }): readonly Route[] {
  return [
    serve(mde.listIndicators, (request) =>
      answerList(
        request,
        'Indicators',
        visible(request),
        listRules(indicatorFields(request.tenant), pageSize),
        (indicator) => indicatorShape(indicator, request),
      ),
    ),
    serve(mde.submitIndicator, (request) => {
      const indicator = submitIndicator(request, objectBody(request.body), knownIndicators(request));
      return entity(request, 'Indicators', indicatorShape(indicator, request));
    }),
    // 200 even when single rows fail: each row says so itself.
    serve(mde.importIndicators, (request) => {
      const rows = objectList(objectBody(request.body).Indicators, 'Indicators');
      if (rows.length === 0) throw refusals.missing('Indicators');
      checkBatchSize(rows);
      const known = knownIndicators(request);
      return { status: 200, body: { value: rows.map((row) => importOne(request, row, known)) } };
    }),
    serve(mde.deleteIndicator, (request) => {
      remove(request, [param(request, 'id')]);
      return { status: 204 };
    }),
    // All or nothing: one unknown id and none is deleted.
    serve(mde.batchDeleteIndicators, (request) => {
      remove(request, requiredTexts(objectBody(request.body), 'IndicatorIds'));
      return { status: 204 };
    }),
  ];
}
