import type { EntityOf } from '../fields.ts';
import { cloud } from './cloud.ts';
import { containers } from './containers.ts';
import { endpoint } from './endpoint.ts';
import type { EvidenceFacts } from './facts.ts';
import { identity } from './identity.ts';
import type { Inside } from './kind.ts';
import { messages } from './messages.ts';
import { network } from './network.ts';

/**
 * Every kind of evidence by the name of its type: Graph's name, which begins small. From a row come the domain type, the reader
 * of all three APIs and `__typename`; the SDL has the same fields (a test compares them).
 */
export const kinds = { ...endpoint, ...identity, ...messages, ...network, ...cloud, ...containers } as const;

type Kinds = typeof kinds;

/** The kinds that have a type of their own. */
export type EvidenceKind = keyof Kinds;

type InsideOf<Row> = Row extends { readonly inside: infer Pieces }
  ? { readonly [Name in keyof Pieces]: PieceOf<Pieces[Name]> }
  : unknown;

type PieceOf<Piece> =
  Piece extends Inside<infer Of, infer Many>
    ? Of extends EvidenceKind
      ? Many extends true
        ? readonly EvidenceOf<Of>[]
        : EvidenceOf<Of> | null
      : Evidence | null
    : never;

/** Evidence of one kind; of several, any of them. */
export type EvidenceOf<K extends EvidenceKind> = K extends EvidenceKind
  ? EvidenceFacts & { readonly kind: K } & EntityOf<Kinds[K]['fields']> & InsideOf<Kinds[K]>
  : never;

/** A kind without a type of its own: kept whole. */
export interface OtherEvidence extends EvidenceFacts {
  readonly kind: 'OtherEvidence';
  /** Microsoft's name, e.g. `quantumEvidence`. */
  readonly type: string;
}

/** Evidence of any kind. */
export type Evidence = EvidenceOf<EvidenceKind> | OtherEvidence;
