import type { Expansion } from '../routing/opened-list.ts';
import type { Answers, Edge, Told } from './edge.ts';
import type { Derived } from './edge-in-hand.ts';
import { edges } from './edges.ts';
import type { EntityName, EntityType } from './table.ts';

type Edges = typeof edges;

/** The name of an edge: the type it begins at and its field. */
export type EdgeName = keyof Edges;

/** All names, in the order of the table. */
export const edgeNames: readonly EdgeName[] = Object.keys(edges).filter((name): name is EdgeName =>
  Object.hasOwn(edges, name),
);

/** The type in the graph that an edge begins at. */
export type StartOf<Name extends EdgeName> = Name extends `${infer Start}.${string}` ? Start : never;

/** An edge that is read, as no other is. */
export type ReadName = { [Name in EdgeName]: Edges[Name] extends { readonly read: unknown } ? Name : never }[EdgeName];

/** What the rows of an edge are. */
export type RowOf<Name extends EdgeName> = Edges[Name] extends { readonly told: Told<infer Row> }
  ? Row
  : Edges[Name] extends Edge<infer Row> | Derived<never, infer Row, Answers>
    ? Row
    : never;

/** The list of the table that an edge leads to. */
export type TargetOf<Name extends EdgeName> = Edges[Name] extends { readonly to: infer To extends EntityName }
  ? To
  : never;

/** The fields of a type that are made of something which can come with its rows. */
export const needsOf = (type: EntityType): readonly { readonly field: string; readonly needs: Expansion }[] =>
  edgeNames.flatMap((name) => {
    const edge = edges[name];
    const needs = 'needs' in edge ? edge.needs : undefined;
    return needs !== undefined && name.startsWith(`${type}.`) ? [{ field: name.slice(type.length + 1), needs }] : [];
  });
