import type { GraphOnlyKind } from '../world/graph-only.ts';
import { digits, guidOf } from './evidence-ids.ts';
import { azureResource, piece, type Render, type Scene } from './evidence-piece.ts';

const storage = (scene: Scene) => azureResource(scene, 'Microsoft.Storage/storageAccounts', `st${scene.world.name}`);

const blobUrl = ({ world }: Scene, path: string) => `https://st${world.name}.blob.core.windows.net/${path}`;

const blobContainer: Render = (scene) => ({
  name: 'payroll',
  url: blobUrl(scene, 'payroll'),
  storageResource: storage(scene),
});

/** Resources in clouds, code and agents. */
export const cloudKinds = {
  amazonResourceEvidence: ({ world }) => ({
    amazonAccountId: '123456789012',
    amazonResourceId: `arn:aws:s3:::${world.name}-backups`,
    resourceName: `${world.name}-backups`,
    resourceType: 'AWS::S3::Bucket',
  }),
  googleCloudResourceEvidence: ({ world }) => ({
    fullResourceName: `//compute.googleapis.com/projects/${world.name}-prod/zones/europe-west4-a/instances/batch-1`,
    location: 'europe-west4-a',
    locationType: 'zonal',
    projectId: `${world.name}-prod`,
    projectNumber: 445_566_778_899,
    resourceName: 'batch-1',
    resourceType: 'compute.googleapis.com/Instance',
  }),
  blobContainerEvidence: blobContainer,
  blobEvidence: (scene) => ({
    name: 'salaries-2026.xlsx',
    url: blobUrl(scene, 'payroll/salaries-2026.xlsx'),
    etag: `0x${digits(scene.world, 'etag', 15).toUpperCase()}`,
    fileHashes: [{ algorithm: 'sha256', value: digits(scene.world, 'salaries', 64) }],
    blobContainer: piece('blobContainerEvidence', scene, blobContainer(scene)),
  }),
  sasTokenEvidence: (scene) => ({
    allowedIpAddresses: '0.0.0.0-255.255.255.255',
    allowedResourceTypes: ['container', 'object'],
    allowedServices: ['blob'],
    permissions: ['read', 'list'],
    protocol: 'https',
    startDateTime: scene.at,
    expiryDateTime: '2030-01-01T00:00:00Z',
    signatureHash: digits(scene.world, 'signature', 64),
    signedWith: 'key1',
    storageResource: storage(scene),
  }),
  gitHubOrganizationEvidence: ({ world }) => ({
    orgId: '8675309',
    login: world.name,
    displayName: `${world.name} engineering`,
    company: world.name,
    email: `git@${world.name}.com`,
    webUrl: `https://github.example/${world.name}`,
  }),
  gitHubRepoEvidence: ({ world }) => ({
    repoId: '24601',
    login: `${world.name}/shop-api`,
    owner: world.name,
    ownerType: 'Organization',
    baseUrl: `https://github.example/${world.name}/shop-api`,
  }),
  gitHubUserEvidence: ({ user }) => ({
    userId: '1138',
    login: user?.accountName ?? null,
    name: user?.displayName ?? null,
    email: user?.userPrincipalName ?? null,
    webUrl: `https://github.example/${user?.accountName ?? ''}`,
  }),
  aiAgentEvidence: ({ world }) => ({
    agentId: guidOf(world, 'agent'),
    agentName: 'Invoice helper',
    hostingPlatformType: 'copilotStudio',
    instructions: 'Answer questions on invoices. Never show account numbers.',
  }),
} satisfies Partial<Record<GraphOnlyKind, Render>>;
