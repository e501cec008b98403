import type { SimRequest, SimResponse } from '../http/types.ts';
import { project } from '../odata/project.ts';
import { applyQuery } from '../odata/query.ts';
import type { ODataField, ODataResult, ODataRules } from '../odata/rules.ts';
import { collection } from './route.ts';

/** `$top` of most lists. */
const maxTop = 10_000;

/** The rules that MDE's lists share: both quote styles, ASP.NET's node limit, steps by `$skip`. */
export function listRules<T>(
  filterable: readonly ODataField<T>[],
  pageSize: number,
  extra: Partial<ODataRules<T>> = {},
): ODataRules<T> {
  return {
    options: ['$filter', '$top', '$skip', '$count', '$orderby', '$select', '$expand'],
    filterable,
    maxTop,
    defaultTop: pageSize,
    doubleQuotes: true,
    maxNodes: 100,
    ...extra,
  };
}

/** Answers a list: the page of `items` that the request asks for, each drawn by `shape`. MDE sends no nextLink here. */
export function answerList<T>(
  request: SimRequest,
  set: string,
  items: readonly T[],
  rules: ODataRules<T>,
  shape: (item: T, page: ODataResult<T>) => Readonly<Record<string, unknown>>,
): SimResponse {
  const page = applyQuery(items, request.query, rules);
  const rows = page.items.map((item) => project(shape(item, page), page.select));
  return collection(request, set, rows, page.counted ? { '@odata.count': page.total } : {});
}
