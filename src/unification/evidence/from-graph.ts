import type { Evidence, EvidenceFacts } from '../../domain/evidence.ts';
import type { GraphAlertEvidence } from '../../upstream/graph/wire-evidence.ts';
import { objects } from '../values.ts';
import { securityGroupFromGraph, userFromGraph } from './accounts.ts';
import { azureResourceFromGraph, cloudApplicationFromGraph, oauthApplicationFromGraph } from './cloud.ts';
import { deviceFromGraph } from './devices.ts';
import { factsFromGraph } from './facts.ts';
import { fileFromGraph, processFromGraph } from './files.ts';
import { mailboxFromGraph, mailClusterFromGraph, messageFromGraph } from './mail.ts';
import { ipFromGraph, urlFrom } from './network.ts';
import { registryKeyFrom, registryValueFromGraph } from './registry.ts';

/** Graph's names of the kinds that have a type of their own here. */
type GraphKind = Uncapitalize<Exclude<Evidence['kind'], 'OtherEvidence'>>;

type Reader = (facts: EvidenceFacts, wire: GraphAlertEvidence) => Evidence;

const readers = {
  deviceEvidence: deviceFromGraph,
  userEvidence: userFromGraph,
  processEvidence: processFromGraph,
  fileEvidence: fileFromGraph,
  ipEvidence: ipFromGraph,
  urlEvidence: urlFrom,
  registryKeyEvidence: registryKeyFrom,
  registryValueEvidence: registryValueFromGraph,
  mailboxEvidence: mailboxFromGraph,
  analyzedMessageEvidence: messageFromGraph,
  mailClusterEvidence: mailClusterFromGraph,
  securityGroupEvidence: securityGroupFromGraph,
  cloudApplicationEvidence: cloudApplicationFromGraph,
  oauthApplicationEvidence: oauthApplicationFromGraph,
  azureResourceEvidence: azureResourceFromGraph,
} satisfies Record<GraphKind, Reader>;

/** By the full name, which nearly all evidence bears, and by the bare one, to which the other spellings are cut. */
const readerByType = new Map<string, Reader>(
  Object.entries(readers).flatMap(([kind, read]) => [
    [kind, read],
    [`#microsoft.graph.security.${kind}`, read],
  ]),
);

const bare = (type: string): string => type.slice(Math.max(type.lastIndexOf('.'), type.lastIndexOf('#')) + 1);

/** One piece of evidence; a kind that has no type here is kept whole. */
const evidenceFromGraph = (tenant: string, wire: GraphAlertEvidence): Evidence => {
  const sent: unknown = wire['@odata.type'];
  const type = typeof sent === 'string' ? sent : '';
  const facts = factsFromGraph(tenant, wire);
  const read = readerByType.get(type) ?? readerByType.get(bare(type));
  return read === undefined ? { ...facts, kind: 'OtherEvidence', type: bare(type) || 'unknown' } : read(facts, wire);
};

/** The evidence of a Graph alert, in the order sent. */
export const evidenceListFromGraph = (
  tenant: string,
  list: readonly GraphAlertEvidence[] | null | undefined,
): readonly Evidence[] => objects(list).map((wire) => evidenceFromGraph(tenant, wire));
