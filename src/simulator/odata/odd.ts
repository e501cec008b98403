import { ODataFault } from './fault.ts';
import type { ODataField, ODataOddities, ODataRules } from './rules.ts';
import type { FilterNode, Literal, Operand } from './syntax.ts';

/** The rules of a service that departs from its pages: without oddities an Edm.Guid may be quoted. */
export function rulesUnder<T>(rules: ODataRules<T>, oddities: ODataOddities | undefined): ODataRules<T> {
  const strict = oddities?.guidsUnquoted === true;
  const filterable = strict ? rules.filterable : rules.filterable.map(quotable);
  return { ...rules, filterable, doubleQuotes: rules.doubleQuotes === true && oddities?.doubleQuotesRefused !== true };
}

const quotable = <T>(field: ODataField<T>): ODataField<T> => (field.type === 'guid' ? { ...field, type: 'id' } : field);

/**
 * Whether a filter is answered, or reads as something that no row meets.
 * @throws ODataFault when the service takes no such filter.
 */
export function refuseByOddity(node: FilterNode, oddities: ODataOddities): 'answered' | 'empty' {
  const refused = new Set(oddities.filterRefused.map((name) => name.toLowerCase()));
  const named = namesIn(node).find((name) => refused.has(name.toLowerCase()));
  if (named !== undefined) throw new ODataFault(`The property '${named}' cannot be used in the $filter query option.`);
  const wrong = textsIn(node).find((text) => oddities.idsRefused.includes(text));
  if (wrong !== undefined) throw new ODataFault(`The value '${wrong}' is not valid here.`);
  const lists = listsIn(node);
  if (lists.length === 0 || oddities.inList === 'answered') return 'answered';
  if (oddities.inList === 'refused')
    throw new ODataFault("The operator 'in' is not supported in the $filter query option.");
  if (oddities.inList === 'empty') return 'empty';
  return lists.some((items) => items.some((item) => item.type === 'string' && item.doubleQuoted))
    ? 'empty'
    : 'answered';
}

const nameOf = (operand: Operand): readonly string[] => (operand.kind === 'name' ? [operand.name] : []);

function namesIn(node: FilterNode): readonly string[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return [...namesIn(node.left), ...namesIn(node.right)];
    case 'not':
      return namesIn(node.operand);
    case 'compare':
      return [...nameOf(node.left), ...nameOf(node.right)];
    case 'lambda':
      return [node.collection];
    case 'flag':
    case 'in':
    case 'text':
      return nameOf(node.operand);
  }
}

const textOf = (operand: Operand): readonly string[] =>
  operand.kind === 'literal' && typeof operand.literal.value === 'string' ? [operand.literal.value] : [];

function textsIn(node: FilterNode): readonly string[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return [...textsIn(node.left), ...textsIn(node.right)];
    case 'not':
      return textsIn(node.operand);
    case 'compare':
      return [...textOf(node.left), ...textOf(node.right)];
    case 'in':
      return node.items.flatMap((literal) => textOf({ kind: 'literal', literal }));
    case 'flag':
    case 'text':
    case 'lambda':
      return [];
  }
}

function listsIn(node: FilterNode): readonly (readonly Literal[])[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return [...listsIn(node.left), ...listsIn(node.right)];
    case 'not':
      return listsIn(node.operand);
    case 'in':
      return [node.items];
    default:
      return [];
  }
}
