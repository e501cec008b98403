import type {
  AzureResourceEvidence,
  CloudApplicationEvidence,
  EvidenceFacts,
  OauthApplicationEvidence,
} from '../../domain/evidence.ts';
import type {
  GraphAzureResourceEvidence,
  GraphCloudApplicationEvidence,
  GraphOauthApplicationEvidence,
} from '../../upstream/graph/wire-evidence.ts';
import { text } from '../values.ts';

/** Graph alone knows the kinds of this file; its ids of cloud apps are numbers. */
export const cloudApplicationFromGraph = (
  facts: EvidenceFacts,
  wire: GraphCloudApplicationEvidence,
): CloudApplicationEvidence => ({
  ...facts,
  kind: 'CloudApplicationEvidence',
  appId: text(wire.appId) ?? text(wire.saasAppId),
  displayName: text(wire.displayName),
  instanceId: text(wire.instanceId),
  instanceName: text(wire.instanceName),
});

/** resources/security-oauthapplicationevidence.md */
export const oauthApplicationFromGraph = (
  facts: EvidenceFacts,
  wire: GraphOauthApplicationEvidence,
): OauthApplicationEvidence => ({
  ...facts,
  kind: 'OauthApplicationEvidence',
  appId: text(wire.appId),
  objectId: text(wire.objectId),
  displayName: text(wire.displayName),
  publisher: text(wire.publisher),
});

/** resources/security-azureresourceevidence.md */
export const azureResourceFromGraph = (
  facts: EvidenceFacts,
  wire: GraphAzureResourceEvidence,
): AzureResourceEvidence => ({
  ...facts,
  kind: 'AzureResourceEvidence',
  resourceId: text(wire.resourceId),
  resourceName: text(wire.resourceName),
  resourceType: text(wire.resourceType),
});
