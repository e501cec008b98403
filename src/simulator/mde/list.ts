import type { SimRequest, SimResponse } from '../http/types.ts';
import { project } from '../odata/project.ts';
import { applyQuery } from '../odata/query.ts';
import type { ODataField, ODataResult, ODataRules } from '../odata/rules.ts';
import { collection } from './route.ts';

/** `$top` of most lists. */
const maxTop = 10_000;

/** The rules that MDE's lists share: both quote styles, ASP.NET's node limit, steps by `$skip`; no page of a list has `$count`. */
export function listRules<T>(
  filterable: readonly ODataField<T>[],
  pageSize: number,
  extra: Partial<ODataRules<T>> = {},
): ODataRules<T> {
  return {
    options: ['$filter', '$top', '$skip', '$orderby', '$select', '$expand'],
    filterable,
    maxTop,
    defaultTop: pageSize,
    doubleQuotes: true,
    maxNodes: 100,
    ...extra,
  };
}

/** The page that the request asks for, cut and shifted as the oddities of MDE want it. */
export function askedPage<T>(request: SimRequest, items: readonly T[], rules: ODataRules<T>): ODataResult<T> {
  const { values } = request.oddities;
  const query = new URLSearchParams(request.query);
  const skip = query.get('$skip') ?? '';
  // As if one row had come in at the top since the page before.
  if (values.repeatsAtBorder && /^[1-9]\d*$/.test(skip)) query.set('$skip', String(Number(skip) - 1));
  const gone =
    values.rowsGo === null ? 0 : Math.min(values.rowsGo, request.oddities.turn(`rows go ${request.path}`) - 1);
  const page = applyQuery(items.slice(gone), query, rules, values);
  const cap = values.shortPages ?? Number.POSITIVE_INFINITY;
  const varying = values.varyingPages ? Math.ceil((page.top * (2 + (page.skip % 3))) / 4) : Number.POSITIVE_INFINITY;
  return { ...page, items: page.items.slice(0, Math.min(cap, varying)) };
}

/** Answers a list: the page of `items` that the request asks for, each drawn by `shape`. MDE sends no nextLink here. */
export function answerList<T>(
  request: SimRequest,
  set: string,
  items: readonly T[],
  rules: ODataRules<T>,
  shape: (item: T, page: ODataResult<T>) => Readonly<Record<string, unknown>>,
): SimResponse {
  const page = askedPage(request, items, rules);
  const rows = page.items.map((item) => project(shape(item, page), page.select));
  return collection(request, set, rows);
}
