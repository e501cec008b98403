/**
 * Evidence of alerts. Its types are those of the table of kinds (`src/unification/evidence`): a field is one row there, and one
 * line in the SDL.
 */
import type { EvidenceOf } from '../unification/evidence/kinds.ts';

export type { Evidence, EvidenceKind, EvidenceOf, OtherEvidence } from '../unification/evidence/kinds.ts';
export type { LoggedOnUser } from '../unification/evidence/parts.ts';

/** A kind that names one machine. */
export interface EvidenceWithMachine {
  readonly tenant: string;
  readonly machineId: string | null;
}

/** Two kinds that hold one another. */
export type ContainerEvidence = EvidenceOf<'ContainerEvidence'>;
export type KubernetesPodEvidence = EvidenceOf<'KubernetesPodEvidence'>;
