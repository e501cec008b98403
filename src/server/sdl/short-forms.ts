import { type ConstDirectiveNode, type GraphQLSchema, getDirectiveValues } from 'graphql';
import { z } from 'zod';

/** What `@entity` says; defaults are in `schema/directives.graphql`. */
const Entity = z.object({
  by: z.string(),
  takes: z.string().optional(),
  noun: z.string().optional(),
  plural: z.string().optional(),
  source: z.boolean(),
  raw: z.boolean(),
  lookUp: z.boolean(),
});

const Connection = z.object({ order: z.string().optional(), counted: z.boolean() });

const Counts = z.object({ of: z.string() });

const Action = z.object({ machines: z.boolean(), tenants: z.boolean() });

const AnyAction = z.object({});

const Inherits = z.object({});

const Cost = z.object({
  calls: z.int().min(0),
  gathered: z.boolean(),
  ofList: z.boolean(),
  targets: z.string().optional(),
  size: z.int().positive().optional(),
  rows: z.string().optional(),
  parts: z.string().optional(),
});

/** What `@cost` says of a field. */
export type Cost = z.infer<typeof Cost>;

/** Whether what costs so asks somebody: with a call of its own, or with one for many parents. */
export const asksUpstream = (cost: Cost | undefined): boolean =>
  cost !== undefined && (cost.calls > 0 || cost.gathered);

/** The names of the short forms. */
export const shortForms: ReadonlySet<string> = new Set([
  'entity',
  'inherits',
  'connection',
  'counts',
  'action',
  'anyAction',
  'cost',
]);

interface WithDirectives {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

/** Reads what a short form says on a node, as `definitions` defines it; `undefined` where the node has none. */
export const createReader = (definitions: GraphQLSchema) => {
  const read =
    <T>(name: string, shape: z.ZodType<T>) =>
    ({ directives = [] }: WithDirectives): T | undefined => {
      const definition = definitions.getDirective(name);
      const said = directives.find((each) => each.name.value === name)?.arguments ?? [];
      const unknown = said.find((each) => definition?.args.every((known) => known.name !== each.name.value));
      if (unknown !== undefined) throw new Error(`@${name} takes no "${unknown.name.value}"`);
      const values = definition && getDirectiveValues(definition, { directives });
      return values ? shape.parse(values) : undefined;
    };
  return {
    entity: read('entity', Entity),
    inherits: read('inherits', Inherits),
    connection: read('connection', Connection),
    counts: read('counts', Counts),
    action: read('action', Action),
    anyAction: read('anyAction', AnyAction),
    cost: read('cost', Cost),
  };
};

/** Reads the short forms of nodes. */
export type Reader = ReturnType<typeof createReader>;
