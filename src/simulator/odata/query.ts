import { compile, scalarOf } from './compile.ts';
import { ODataFault } from './fault.ts';
import { checkNodeCount } from './nodes.ts';
import { refuseByOddity, rulesUnder } from './odd.ts';
import { parseFilter } from './parse.ts';
import type { ODataField, ODataOddities, ODataOption, ODataResult, ODataRules } from './rules.ts';

/** ASP.NET's `ODataValidationSettings.MaxNodeCount`. */
const defaultMaxNodes = 100;

/**
 * Filters, orders and pages a collection by the `$` options of a request.
 * @throws ODataFault for an option, property, operator or literal that the rules do not allow.
 */
export function applyQuery<T>(
  items: readonly T[],
  query: URLSearchParams,
  documented: ODataRules<T>,
  oddities?: ODataOddities,
): ODataResult<T> {
  const rules = rulesUnder(documented, oddities);
  checkOptions(query, rules.options);
  const filter = query.get('$filter');
  const found = filter === null ? [...items] : items.filter(filterTest(filter, rules, oddities));
  const orderBy = query.get('$orderby');
  const ordered = orderBy === null ? found : found.toSorted(ordering(orderBy, rules));
  const skip = wholeNumber(query, '$skip') ?? 0;
  const askedTop = wholeNumber(query, '$top');
  if (askedTop !== null && askedTop > rules.maxTop) {
    throw new ODataFault(`The limit of '${rules.maxTop}' for Top query has been exceeded. The value is '${askedTop}'.`);
  }
  const top = askedTop ?? rules.defaultTop;
  return {
    items: ordered.slice(skip, skip + top),
    total: ordered.length,
    counted: booleanOf(query, '$count'),
    skip,
    top,
    topGiven: askedTop !== null,
    select: selected(query.get('$select'), rules),
    expand: expanded(query.get('$expand'), rules.expandable ?? []),
  };
}

function filterTest<T>(text: string, rules: ODataRules<T>, oddities?: ODataOddities): (item: T) => boolean {
  const node = parseFilter(text, { doubleQuotes: rules.doubleQuotes ?? false });
  checkNodeCount(node, rules.maxNodes ?? defaultMaxNodes);
  const odd = oddities === undefined ? 'answered' : refuseByOddity(node, oddities);
  if (odd === 'empty') return () => false;
  return compile(node, (name) => fieldNamed(rules.filterable, name, '$filter'));
}

function fieldNamed<T>(fields: readonly ODataField<T>[], name: string, option: ODataOption): ODataField<T> {
  const field = fields.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (field === undefined) throw new ODataFault(`The property '${name}' cannot be used in the ${option} query option.`);
  return field;
}

function checkOptions(query: URLSearchParams, allowed: readonly ODataOption[]): void {
  for (const name of new Set(query.keys())) {
    if (!name.startsWith('$')) continue;
    if (!allowed.some((option) => option === name)) {
      throw new ODataFault(`The query option '${name}' is not supported here.`);
    }
    if (query.getAll(name).length > 1) throw new ODataFault(`The query option '${name}' was given more than once.`);
  }
}

/** Nulls sort before every value (OData 4.01, protocol 11.2.6.2). */
function ordering<T>(text: string, rules: ODataRules<T>): (left: T, right: T) => number {
  const fields = [...rules.filterable, ...(rules.orderable ?? [])];
  const keys = text.split(',').map((part) => {
    const [name = '', direction = 'asc', ...rest] = part.trim().split(/\s+/);
    if (rest.length > 0 || !['asc', 'desc'].includes(direction)) {
      throw new ODataFault(`Syntax error in the $orderby query option '${text}'.`);
    }
    return { field: fieldNamed(fields, name, '$orderby'), sign: direction === 'desc' ? -1 : 1 };
  });
  return (left, right) => {
    for (const { field, sign } of keys) {
      const [a, b] = [scalarOf(field, left), scalarOf(field, right)];
      if (a === b) continue;
      if (a === null) return -sign;
      if (b === null) return sign;
      return a < b ? -sign : sign;
    }
    return 0;
  };
}

function wholeNumber(query: URLSearchParams, option: ODataOption): number | null {
  const text = query.get(option);
  if (text === null) return null;
  if (!/^\d{1,9}$/.test(text)) throw new ODataFault(`The value '${text}' of ${option} is not a whole number.`);
  return Number(text);
}

function booleanOf(query: URLSearchParams, option: ODataOption): boolean {
  const text = query.get(option);
  if (text === null || text === 'false') return false;
  if (text !== 'true') throw new ODataFault(`The value '${text}' of ${option} is neither true nor false.`);
  return true;
}

function names(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function selected<T>(text: string | null, rules: ODataRules<T>): readonly string[] | null {
  if (text === null) return null;
  const wanted = names(text);
  const unknown = wanted.find((name) => rules.selectable !== undefined && !includesName(rules.selectable, name));
  if (unknown !== undefined) throw new ODataFault(`Could not find a property named '${unknown}'.`);
  return wanted;
}

function expanded(text: string | null, expandable: readonly string[]): ReadonlySet<string> {
  const wanted = names(text ?? '').map((name) => {
    const known = expandable.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
    if (known === undefined) throw new ODataFault(`The property '${name}' cannot be used in the $expand query option.`);
    return known;
  });
  return new Set(wanted);
}

function includesName(list: readonly string[], name: string): boolean {
  return list.some((candidate) => candidate.toLowerCase() === name.toLowerCase());
}
