import type { EvidenceFacts, IpEvidence, UrlEvidence } from '../../domain/evidence.ts';
import type { GraphIpEvidence, GraphUrlEvidence } from '../../upstream/graph/wire-evidence.ts';
import { text } from '../values.ts';
import type { FlatEvidence } from './facts.ts';

/** resources/security-ipevidence.md */
export const ipFromGraph = (facts: EvidenceFacts, wire: GraphIpEvidence): IpEvidence => ({
  ...facts,
  kind: 'IpEvidence',
  ipAddress: text(wire.ipAddress),
  countryLetterCode: text(wire.countryLetterCode),
});

/** `Ip`: alerts.md, api-list-incidents.md */
export const ipFromFlat = (facts: EvidenceFacts, wire: FlatEvidence): IpEvidence => ({
  ...facts,
  kind: 'IpEvidence',
  ipAddress: text(wire.ipAddress),
  countryLetterCode: null,
});

/** Graph and the flat records name a URL alike. */
export const urlFrom = (facts: EvidenceFacts, wire: GraphUrlEvidence | FlatEvidence): UrlEvidence => ({
  ...facts,
  kind: 'UrlEvidence',
  url: text(wire.url),
});
