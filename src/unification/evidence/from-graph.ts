import { readInto, type WireObject } from '../fields.ts';
import { isObject, objects } from '../values.ts';
import { facts, readFacts } from './facts.ts';
import type { Inside, Kind } from './kind.ts';
import { type Evidence, type EvidenceKind, type EvidenceOf, kinds, type OtherEvidence } from './kinds.ts';

/** Where evidence was found: its tenant, and how deep inside other evidence. */
export interface Found {
  readonly tenant: string;
  readonly depth: number;
  /** As Microsoft sent it, where `wire` is made of that; `null` where it was made of an alert's own words. */
  readonly raw?: WireObject | null;
}

/** A pod names its containers, and each of them its pod: what is deeper is in `raw` alone. */
const deepest = 8;

const readerOf = (kind: EvidenceKind, { fields, inside = {} }: Kind) => {
  const pieces = Object.entries(inside);
  const given = { kind, tenant: '', raw: null, ...Object.fromEntries(pieces.map(([key]) => [key, null])) };
  const read = readInto({ ...facts, ...fields }, given);
  return (found: Found, wire: WireObject): unknown => {
    const evidence: Record<string, unknown> = read(wire);
    evidence.tenant = found.tenant;
    evidence.raw = found.raw === undefined ? wire : found.raw;
    for (const [key, piece] of pieces) evidence[key] = readInside(piece, found, wire[piece.name]);
    return evidence;
  };
};

const readInside = ({ of, many }: Inside, { tenant, depth }: Found, value: unknown): unknown => {
  const found: Found = { tenant, depth: depth + 1 };
  const pieces = depth >= deepest ? [] : many ? objects(value) : isObject(value) ? [value] : [];
  const read = pieces
    .filter((wire) => Object.keys(wire).length > 0)
    .map((wire) => (isEvidenceKind(of) ? readEvidence(of, found, wire) : evidenceFromGraph(found, wire)));
  return many ? read : (read[0] ?? null);
};

const isEvidenceKind = (name: string | null): name is EvidenceKind => name !== null && name in kinds;

const kindNames = Object.keys(kinds).filter(isEvidenceKind);
const rows: Readonly<Record<EvidenceKind, Kind>> = kinds;
const readers = new Map(kindNames.map((name) => [name, readerOf(name, rows[name])]));

/** Reads evidence of a kind. Whatever the wire holds it does not throw: what has not the documented form is absent. */
export function readEvidence<K extends EvidenceKind>(kind: K, found: Found, wire: WireObject): EvidenceOf<K>;
export function readEvidence(kind: EvidenceKind, found: Found, wire: WireObject): unknown {
  return readers.get(kind)?.(found, wire);
}

/** Evidence of a kind that has no type here: kept whole. */
export const otherEvidence = (type: string, { tenant }: Found, wire: WireObject): OtherEvidence => ({
  kind: 'OtherEvidence',
  type,
  tenant,
  ...readFacts(wire),
  raw: wire,
});

/** By the full name, which nearly all evidence bears, and by the bare one, to which the other spellings are cut. */
const kindByType = new Map(
  kindNames.flatMap((name): [string, EvidenceKind][] => {
    const graph = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    return [
      [graph, name],
      [`#microsoft.graph.security.${graph}`, name],
    ];
  }),
);

const bare = (type: string): string => type.slice(Math.max(type.lastIndexOf('.'), type.lastIndexOf('#')) + 1);

/** One piece of evidence of Graph, told by its `@odata.type`. */
export const evidenceFromGraph = (found: Found, wire: WireObject): Evidence => {
  const sent = wire['@odata.type'];
  const type = typeof sent === 'string' ? sent : '';
  const kind = kindByType.get(type) ?? kindByType.get(bare(type));
  return kind === undefined ? otherEvidence(bare(type) || 'unknown', found, wire) : readEvidence(kind, found, wire);
};

/** The evidence of a Graph alert, in the order sent. */
export const evidenceListFromGraph = (tenant: string, list: unknown): readonly Evidence[] => {
  const found: Found = { tenant, depth: 0 };
  return objects(list).map((wire) => evidenceFromGraph(found, wire));
};
