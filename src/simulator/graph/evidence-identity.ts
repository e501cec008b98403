import type { GraphOnlyKind } from '../world/graph-only.ts';
import { digits, guidOf } from './evidence-ids.ts';
import { device, fileDetails, userAccount } from './evidence-parts.ts';
import { ip, piece, type Render, type Scene } from './evidence-piece.ts';

const account = (scene: Scene) =>
  scene.user === null
    ? null
    : piece('userEvidence', scene, { userAccount: userAccount(scene.user, scene.world), stream: null });

/** Who signed in, where, and what the mailbox and Teams show of it. */
export const identityKinds = {
  activeDirectoryDomainEvidence: (scene) => ({
    activeDirectoryDomainName: `corp.${scene.world.name}.com`,
    trustedDomains: [
      piece('activeDirectoryDomainEvidence', scene, {
        activeDirectoryDomainName: `lab.${scene.world.name}.com`,
        trustedDomains: [],
      }),
    ],
  }),
  cloudLogonRequestEvidence: ({ world }) => ({ requestId: guidOf(world, 'logon request') }),
  cloudLogonSessionEvidence: (scene) => ({
    account: account(scene),
    browser: 'Chrome 131',
    deviceName: 'UNKNOWN-PC',
    operatingSystem: 'Windows 10',
    previousLogonDateTime: scene.at,
    protocol: 'OAuth2',
    sessionId: guidOf(scene.world, 'cloud session'),
    startUtcDateTime: scene.at,
    userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0',
  }),
  hostLogonSessionEvidence: (scene) => ({
    account: account(scene),
    host: scene.machine === null ? null : piece('deviceEvidence', scene, device(scene.machine, scene.world)),
    sessionId: '0x3e7a91',
    startUtcDateTime: scene.at,
    endUtcDateTime: scene.at,
  }),
  servicePrincipalEvidence: ({ world }) => ({
    appId: guidOf(world, 'sync app'),
    appOwnerTenantId: guidOf(world, 'sync owner'),
    servicePrincipalName: 'Perfect Data Sync',
    servicePrincipalObjectId: guidOf(world, 'sync principal'),
    servicePrincipalType: 'application',
    tenantId: world.tenantId,
  }),
  mailboxConfigurationEvidence: ({ world, user }) => ({
    configurationId: digits(world, 'rule', 20),
    configurationType: 'userInboxRule',
    displayName: '..',
    externalDirectoryObjectId: guidOf(world, 'mailbox owner'),
    mailboxPrimaryAddress: user?.userPrincipalName ?? null,
    upn: user?.userPrincipalName ?? null,
  }),
  submissionMailEvidence: ({ world, user, at }) => ({
    networkMessageId: guidOf(world, 'submitted mail'),
    recipient: user?.userPrincipalName ?? null,
    reportType: 'Phish',
    sender: 'billing@fourth-coffee-files.example',
    senderIp: '198.51.100.25',
    subject: 'Rechnung überfällig – bitte prüfen',
    submissionDateTime: at,
    submissionId: guidOf(world, 'submission'),
    submitter: user?.userPrincipalName ?? null,
  }),
  teamsMessageEvidence: (scene) => ({
    campaignId: guidOf(scene.world, 'campaign'),
    channelId: '19:general@thread.tacv2',
    deliveryAction: 'delivered',
    deliveryLocation: 'teams',
    files: [
      piece('fileEvidence', scene, {
        detectionStatus: 'detected',
        mdeDeviceId: null,
        fileDetails: fileDetails({
          fileName: 'Invoice.html',
          filePath: '',
          sha1: digits(scene.world, 'invoice', 40),
          sha256: digits(scene.world, 'invoice', 64),
          fileSize: 4_812,
          publisher: null,
        }),
      }),
    ],
    groupId: guidOf(scene.world, 'team'),
    isExternal: true,
    isOwned: false,
    lastModifiedDateTime: scene.at,
    messageDirection: 'inbound',
    messageId: '1764150000001',
    owningTenantId: guidOf(scene.world, 'sender tenant'),
    parentMessageId: '1764150000000',
    receivedDateTime: scene.at,
    recipients: [scene.user?.userPrincipalName ?? ''],
    senderFromAddress: 'it-support@fourth-coffee-files.example',
    senderIP: '198.51.100.25',
    sourceAppName: 'Microsoft Teams',
    sourceId: guidOf(scene.world, 'teams source'),
    subject: 'Your invoice',
    suspiciousRecipients: [scene.user?.userPrincipalName ?? ''],
    threadId: '19:general@thread.tacv2',
    threadType: 'channel',
    urls: [piece('urlEvidence', scene, { url: 'https://login.fourth-coffee-files.example/common' })],
  }),
  dnsEvidence: (scene) => ({
    domainName: 'pool.coin.example',
    dnsServerIp: ip(scene, '10.20.0.10'),
    hostIpAddress: ip(scene, scene.machine?.lastIpAddress ?? '10.20.0.15'),
    ipAddresses: [ip(scene, '198.51.100.44', 'NL')],
  }),
  networkConnectionEvidence: (scene) => ({
    sourceAddress: ip(scene, scene.machine?.lastIpAddress ?? '10.20.0.15'),
    sourcePort: 51_544,
    destinationAddress: ip(scene, '198.51.100.44', 'NL'),
    destinationPort: 4_444,
    protocol: 'tcp',
  }),
} satisfies Partial<Record<GraphOnlyKind, Render>>;
