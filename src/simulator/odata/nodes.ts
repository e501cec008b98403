import { ODataFault } from './fault.ts';
import type { FilterNode, Operand } from './syntax.ts';

/** A property access is two nodes in ASP.NET's tree: the property and the range variable that it is read from. */
const operandNodes = (operand: Operand): number => (operand.kind === 'name' ? 2 : 1);

/** Nodes of a filter as ASP.NET's validator counts them: `id eq 'x'` has four, each further item of an `in` has one. */
export function countNodes(node: FilterNode): number {
  switch (node.kind) {
    case 'and':
    case 'or':
      return 1 + countNodes(node.left) + countNodes(node.right);
    case 'not':
      return 1 + countNodes(node.operand);
    case 'flag':
      return operandNodes(node.operand);
    case 'compare':
      return 1 + operandNodes(node.left) + operandNodes(node.right);
    case 'in':
      return 1 + operandNodes(node.operand) + node.items.length;
    case 'text':
      return 2 + operandNodes(node.operand);
    case 'lambda':
      return 3 + (node.predicate === null ? 0 : countNodes(node.predicate));
  }
}

/** @throws ODataFault when the filter is larger than the service validates. */
export function checkNodeCount(node: FilterNode, maxNodes: number): void {
  if (countNodes(node) > maxNodes) throw new ODataFault(`The node count limit of '${maxNodes}' has been exceeded.`);
}
