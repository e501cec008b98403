import type { EvidenceFacts } from '../../domain/evidence.ts';
import type { GraphAlertEvidence } from '../../upstream/graph/wire-evidence.ts';
import type { M365dEntity } from '../../upstream/m365d/wire.ts';
import type { MdeAlertEvidence } from '../../upstream/mde/wire.ts';
import { text, texts, time } from '../values.ts';
import { readRemediationStatus, readVerdict } from '../words/detection.ts';

/** MDE and M365D send one flat record for every kind; the few properties that only one of them has are absent in the other. */
export type FlatEvidence = M365dEntity & MdeAlertEvidence;

/** What every kind has, as Graph sends it. `unknownFutureValue` comes only where a read forgot its header. */
export const factsFromGraph = (tenant: string, wire: GraphAlertEvidence): EvidenceFacts => ({
  tenant,
  createdAt: time(wire.createdDateTime),
  verdict: readVerdict(wire.verdict),
  remediationStatus: readRemediationStatus(wire.remediationStatus),
  remediationStatusDetails: text(wire.remediationStatusDetails),
  roles: texts(wire.roles),
  detailedRoles: texts(wire.detailedRoles),
  tags: texts(wire.tags),
  raw: wire,
});

/** What MDE and M365D say of a piece of evidence: mostly its time alone. */
export const factsFromFlat = (tenant: string, wire: FlatEvidence): EvidenceFacts => ({
  tenant,
  createdAt: time(wire.evidenceCreationTime),
  verdict: readVerdict(wire.verdict),
  remediationStatus: readRemediationStatus(wire.remediationStatus),
  remediationStatusDetails: null,
  roles: [],
  detailedRoles: [],
  tags: [],
  raw: wire,
});
