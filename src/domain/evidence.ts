import type { EvidenceOf } from '../unification/evidence/kinds.ts';

/**
 * Evidence of alerts. Its types are those of the table of kinds (`src/unification/evidence`): a field is one row there, and one
 * line in the SDL.
 */

export type { Evidence, EvidenceKind, EvidenceOf, OtherEvidence } from '../unification/evidence/kinds.ts';
export type { LoggedOnUser } from '../unification/evidence/parts.ts';

/** A kind that names one machine. */
export interface EvidenceWithMachine {
  readonly tenant: string;
  readonly machineId: string | null;
}

/** A container, whose pod names it again. */
export type ContainerEvidence = EvidenceOf<'ContainerEvidence'>;

/** Kinds that name files, users, addresses and domains. */
export type FileEvidence = EvidenceOf<'FileEvidence'>;
export type FileHashEvidence = EvidenceOf<'FileHashEvidence'>;
export type ProcessEvidence = EvidenceOf<'ProcessEvidence'>;
export type UserEvidence = EvidenceOf<'UserEvidence'>;
export type IpEvidence = EvidenceOf<'IpEvidence'>;
export type UrlEvidence = EvidenceOf<'UrlEvidence'>;
export type DnsEvidence = EvidenceOf<'DnsEvidence'>;
