import { compile } from './evaluate/compile.ts';
import { convert } from './evaluate/convert.ts';
import { type Environment, fixedValue } from './evaluate/scope.ts';
import { semanticFault } from './fault.ts';
import { bindItems } from './steps/columns.ts';
import { withoutClashes } from './steps/names.ts';
import { applyStep, unionOf } from './steps/step.ts';
import type { Expression, Program, Source } from './syntax/ast.ts';
import { isArray, type KqlType, type Relation, type Value } from './value.ts';

/** The tables a query may name: `undefined` for a name that is none. */
export type FindTable = (name: string) => Relation | undefined;

const mostRangeRows = 1_000_000;

/** Binds the `let` names of a program, each seeing those before it, and answers how queries run among them. */
export function createEnvironment(program: Program, now: bigint, findTable: FindTable): Environment {
  const scalars = new Map<string, { readonly type: KqlType; readonly value: Value }>();
  const tables = new Map<string, Relation>();
  const environment: Environment = {
    now,
    scalar: (name) => scalars.get(name),
    isTable: (name) => !scalars.has(name) && (tables.has(name) || findTable(name) !== undefined),
    run: (query) =>
      query.steps.reduce((relation, step) => applyStep(relation, step, environment), readSource(query.source)),
  };

  function readSource(source: Source): Relation {
    switch (source.kind) {
      case 'table': {
        const table = tables.get(source.name) ?? findTable(source.name);
        if (table === undefined) {
          throw semanticFault(null, `Failed to resolve table or column expression named '${source.name}'`);
        }
        return table;
      }
      case 'query':
        return environment.run(source.query);
      case 'union':
        return unionOf(source.union, environment);
      case 'print': {
        const cells = bindItems(source.items, scope('print'));
        const columns = cells.map(({ name, compiled }, place) => ({
          name: name.startsWith('Column') ? `print_${place}` : name,
          type: compiled.type,
        }));
        return { columns: withoutClashes(columns), rows: [cells.map(({ compiled }) => fixedValue(compiled))] };
      }
      case 'range':
        return range(source);
      case 'datatable':
        return dataTable(source);
    }
  }

  function scope(operator: string) {
    return { columns: [], environment, operator };
  }

  function dataTable({ columns, cells }: Extract<Source, { kind: 'datatable' }>): Relation {
    const values = cells.map((cell, place) => {
      const compiled = compile(cell, scope('datatable'));
      return convert(fixedValue(compiled), compiled.type, columns[place % columns.length]?.type ?? compiled.type);
    });
    const rows = Array.from({ length: values.length / columns.length }, (_, row) =>
      values.slice(row * columns.length, (row + 1) * columns.length),
    );
    return { columns, rows };
  }

  function range(source: Extract<Source, { kind: 'range' }>): Relation {
    const [from, to, step] = [source.from, source.to, source.step].map((part) => compile(part, scope('range')));
    const values: Value[] = [];
    const [first, last, stride] = [from, to, step].map((part) => (part === undefined ? null : fixedValue(part)));
    if (typeof first === 'bigint' && typeof last === 'bigint' && typeof stride === 'bigint' && stride > 0n) {
      for (let at = first; at <= last && values.length < mostRangeRows; at += stride) values.push(at);
    } else if (typeof first === 'number' && typeof last === 'number' && typeof stride === 'number' && stride > 0) {
      for (let at = first; at <= last && values.length < mostRangeRows; at += stride) values.push(at);
    } else throw semanticFault('range', 'Expected a start, an end and a step that go together');
    return { columns: [{ name: source.name, type: from?.type ?? 'long' }], rows: values.map((value) => [value]) };
  }

  function define(name: string, value: Expression): void {
    if (value.kind === 'tabular') tables.set(name, environment.run(value.query));
    else if (value.kind === 'name' && environment.isTable(value.name)) {
      tables.set(name, readSource({ kind: 'table', name: value.name }));
    } else {
      const compiled = compile(value, scope('let'));
      const fixed = fixedValue(compiled);
      scalars.set(name, { type: isArray(fixed) ? 'dynamic' : compiled.type, value: fixed });
    }
  }

  for (const { name, value } of program.lets) define(name, value);
  return environment;
}
