import type { SimRequest, SimResponse } from '../http/types.ts';
import { applyQuery } from '../odata/query.ts';
import type { ODataResult, ODataRules } from '../odata/rules.ts';
import { nextLinkUnder } from '../oddities/next-link.ts';
import { preferenceHeaders } from './enums.ts';
import { GraphFault } from './fault.ts';
import { contextOf, otherOrigin, versionOf } from './route.ts';

/** How lists are cut into pages; small pages make clients follow links. */
export interface Paging {
  /** Most entities on a page, whatever `$top` asks for. */
  readonly pageSize: number;
  /** Puts an empty page with a nextLink before each further page: legal OData that clients must survive. */
  readonly emptyPages: boolean;
}

/** The lists of Graph security refuse to skip more (resources/security-error-codes, "Constraints"). */
const mostSkipped = 500;

/** Where a page starts; the opaque `$skiptoken` of a nextLink. */
interface Place {
  readonly offset: number;
  /** This page is to be the empty one. */
  readonly empty: boolean;
}

function write({ offset, empty }: Place): string {
  return Buffer.from(`${empty ? 'e' : 'p'}${offset}`).toString('base64url');
}

function read(token: string): Place {
  const match = /^([ep])(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString('utf8'));
  if (match === null) throw new GraphFault('BadRequest', 'The skip token is not valid.');
  return { offset: Number(match[2]), empty: match[1] === 'e' };
}

/**
 * Answers a list under `path` (without a version): the page of `items` that the request asks for, each drawn by `shape`,
 * with the absolute link to the next one. `$count=true` counts on the first page only.
 */
export function answerPage<T>(
  request: SimRequest,
  path: string,
  items: readonly T[],
  rules: ODataRules<T>,
  paging: Paging,
  shape: (item: T, page: ODataResult<T>) => Readonly<Record<string, unknown>>,
): SimResponse {
  const token = request.query.get('$skiptoken');
  const place = token === null ? null : read(token);
  const query = new URLSearchParams(request.query);
  if (place !== null) query.set('$skip', String(place.offset));
  const { values } = request.oddities;
  const page = applyQuery(items, query, rules, values);
  const beyond = place === null && page.skip > mostSkipped;
  if (beyond && values.skipAbove500 === 'refused') {
    throw new GraphFault(
      'BadRequest',
      `The limit of '${mostSkipped}' for Skip query has been exceeded. The value is '${page.skip}'.`,
    );
  }
  const hidden = place?.empty === true || (beyond && values.skipAbove500 === 'emptyPage');
  const shown = hidden ? [] : page.items.slice(0, paging.pageSize);
  const offset = page.skip + shown.length;
  /** What is left of `$top`. */
  const left = values.topOfAll && query.has('$top') ? page.top - shown.length : null;
  const rest = offset < page.total && (page.top > 0 || place?.empty === true) && left !== 0;
  const more = rest && !(beyond && hidden);
  const next = {
    offset: values.nextLink === 'stuck' ? page.skip : offset,
    empty: (paging.emptyPages || values.emptyPages) && place?.empty !== true,
  };
  const link = more ? nextLink(request, path, next, left) : null;
  return {
    status: 200,
    headers: preferenceHeaders(request),
    body: {
      '@odata.context': contextOf(request, path.slice(1)),
      ...(page.counted && token === null ? countOf(values.listCount, items.length, page.total, shown.length) : {}),
      ...(link === null ? {} : { '@odata.nextLink': link }),
      value: shown.map((item) => shape(item, page)),
    },
  };
}

/** What `$count=true` is answered with. */
function countOf(
  counts: SimRequest['oddities']['values']['listCount'],
  all: number,
  total: number,
  shown: number,
): Readonly<Record<string, number>> {
  switch (counts) {
    case 'refused':
      throw new GraphFault('BadRequest', "The query option '$count' is not supported here.");
    case 'missing':
      return {};
    case 'ofPage':
      return { '@odata.count': shown };
    case 'unfiltered':
      return { '@odata.count': all };
    case 'whole':
      return { '@odata.count': total };
  }
}

function nextLink(request: SimRequest, path: string, place: Place, left: number | null): string | null {
  const query = new URLSearchParams(request.query);
  if (left !== null) query.set('$top', String(left));
  query.delete('$skip');
  query.set('$skiptoken', write(place));
  // Graph leaves the dollar signs of its options as they are.
  const pathAndQuery = `${versionOf(request)}${path}?${query.toString().replaceAll('%24', '$')}`;
  return nextLinkUnder(request.oddities.values, request.origin, otherOrigin, pathAndQuery);
}
