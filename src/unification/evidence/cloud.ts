import { asObjects, asText, asTexts, asTime } from '../fields.ts';
import { type Kind, one } from './kind.ts';
import { fileHash } from './parts.ts';

/** Resources and applications in clouds. */
export const cloud = {
  CloudApplicationEvidence: {
    fields: {
      appId: asText('appId', 'saasAppId'),
      saasAppId: asText('saasAppId'),
      displayName: asText('displayName'),
      instanceId: asText('instanceId'),
      instanceName: asText('instanceName'),
      streamName: asText(['stream', 'name']),
    },
  },
  AzureResourceEvidence: {
    fields: {
      resourceId: asText('resourceId'),
      resourceName: asText('resourceName'),
      resourceType: asText('resourceType'),
    },
  },
  AmazonResourceEvidence: {
    fields: {
      amazonAccountId: asText('amazonAccountId'),
      amazonResourceId: asText('amazonResourceId'),
      resourceName: asText('resourceName'),
      resourceType: asText('resourceType'),
    },
  },
  GoogleCloudResourceEvidence: {
    fields: {
      fullResourceName: asText('fullResourceName'),
      projectId: asText('projectId'),
      projectNumber: asText('projectNumber'),
      resourceName: asText('resourceName'),
      resourceType: asText('resourceType'),
      locationName: asText('location'),
      locationType: asText('locationType'),
    },
  },
  BlobContainerEvidence: {
    fields: {
      name: asText('name'),
      url: asText('url'),
    },
    inside: {
      storageResource: one('storageResource', 'AzureResourceEvidence'),
    },
  },
  BlobEvidence: {
    fields: {
      name: asText('name'),
      url: asText('url'),
      etag: asText('etag'),
      fileHashes: asObjects(fileHash, 'fileHashes'),
    },
    inside: {
      blobContainer: one('blobContainer', 'BlobContainerEvidence'),
    },
  },
  SasTokenEvidence: {
    fields: {
      allowedIpAddresses: asText('allowedIpAddresses'),
      allowedResourceTypes: asTexts('allowedResourceTypes'),
      allowedServices: asTexts('allowedServices'),
      permissions: asTexts('permissions'),
      protocol: asText('protocol'),
      startsAt: asTime('startDateTime'),
      expiresAt: asTime('expiryDateTime'),
      signatureHash: asText('signatureHash'),
      signedWith: asText('signedWith'),
    },
    inside: {
      storageResource: one('storageResource', 'AzureResourceEvidence'),
    },
  },
  GitHubOrganizationEvidence: {
    fields: {
      orgId: asText('orgId'),
      login: asText('login'),
      displayName: asText('displayName'),
      company: asText('company'),
      email: asText('email'),
      webUrl: asText('webUrl'),
    },
  },
  GitHubRepoEvidence: {
    fields: {
      repoId: asText('repoId'),
      login: asText('login'),
      owner: asText('owner'),
      ownerType: asText('ownerType'),
      baseUrl: asText('baseUrl'),
    },
  },
  GitHubUserEvidence: {
    fields: {
      gitHubUserId: asText('userId'),
      login: asText('login'),
      name: asText('name'),
      email: asText('email'),
      webUrl: asText('webUrl'),
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;
