import type { SimRequest, SimResponse } from '../http/types.ts';
import { project } from '../odata/project.ts';
import { applyQuery } from '../odata/query.ts';
import type { ODataResult, ODataRules } from '../odata/rules.ts';
import { nextLinkUnder } from '../oddities/next-link.ts';
import { collection } from './route.ts';

/** The name of the API that the pages print in links, whatever host was asked. */
export const printedOrigin = 'https://api.securitycenter.microsoft.com';

/** Answers a list that is not paged by `$skip`: whole, or in pages with links where the oddity `machineAlertsLink` is on. */
export function answerLinkedList<T>(
  request: SimRequest,
  set: string,
  items: readonly T[],
  rules: ODataRules<T>,
  shape: (item: T, page: ODataResult<T>) => Readonly<Record<string, unknown>>,
): SimResponse {
  const { values } = request.oddities;
  const query = new URLSearchParams(request.query);
  const offset = Number(query.get('$skiptoken') ?? 0);
  query.delete('$skiptoken');
  const page = applyQuery(items, query, rules, values);
  const end = Math.min(page.items.length, offset + (values.machineAlertsLink ?? page.items.length));
  const more = end < page.items.length;
  query.set('$skiptoken', String(values.nextLink === 'stuck' ? offset : end));
  const path = `${request.path}?${query.toString().replaceAll('%24', '$')}`;
  const link = more ? nextLinkUnder(values, request.origin, printedOrigin, path) : null;
  return collection(
    request,
    set,
    page.items.slice(offset, end).map((item) => project(shape(item, page), page.select)),
    { ...(page.counted ? { '@odata.count': page.total } : {}), ...(link === null ? {} : { '@odata.nextLink': link }) },
  );
}
