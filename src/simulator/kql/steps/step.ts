import type { Environment, Scope } from '../evaluate/scope.ts';
import type { Query, Step, Union } from '../syntax/ast.ts';
import type { Relation } from '../value.ts';
import { extend, pickColumns, project, rename } from './columns.ts';
import { expand } from './expand.ts';
import { join } from './join.ts';
import { count, distinct, getSchema, sort, take, where } from './rows.ts';
import { summarize } from './summarize.ts';
import { type Member, union } from './union.ts';

/** Runs one operator over a table. Throws a semantic `KqlFault` that names the operator. */
export function applyStep(relation: Relation, step: Step, environment: Environment): Relation {
  const scope: Scope = { columns: relation.columns, environment, operator: step.kind };
  switch (step.kind) {
    case 'where':
      return where(relation, step.predicate, scope);
    case 'project':
      return project(relation, step.items, scope);
    case 'extend':
    case 'serialize':
      return extend(relation, step.items, scope);
    case 'project-rename':
      return rename(relation, step.items, scope);
    case 'project-away':
    case 'project-keep':
    case 'project-reorder':
      return pickColumns(relation, step.kind, step.patterns, scope);
    case 'take':
      return take(relation, step.count, scope);
    case 'top':
      return take(sort(relation, [step.key], scope), step.count, scope);
    case 'sort':
      return sort(relation, step.keys, scope);
    case 'distinct':
      return distinct(step.items === null ? relation : project(relation, step.items, scope));
    case 'count':
      return count(relation);
    case 'getschema':
      return getSchema(relation);
    case 'summarize':
      return summarize(relation, step.aggregates, step.by, scope);
    case 'join':
      return join(relation, environment.run(step.right), step.join, step.on, scope);
    case 'union': {
      const { inner, withSource, tables } = step.union;
      return union([{ source: '', relation }, ...members(tables, environment)], inner, withSource);
    }
    case 'mv-expand':
      return expand(relation, step.items, scope);
  }
}

function members(tables: readonly Query[], environment: Environment): readonly Member[] {
  return tables.map((query, place) => ({
    source: query.source.kind === 'table' ? query.source.name : `union_arg${place}`,
    relation: environment.run(query),
  }));
}

/** `union` as a source. */
export function unionOf({ inner, withSource, tables }: Union, environment: Environment): Relation {
  return union(members(tables, environment), inner, withSource);
}
