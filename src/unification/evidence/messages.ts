import { asBoolean, asNumber, asObject, asText, asTexts, asTime } from '../fields.ts';
import { type Kind, many } from './kind.ts';
import { asOwner, emailSender } from './parts.ts';

/** Mail, mailboxes and Teams messages. */
export const messages = {
  MailboxEvidence: {
    fields: {
      primaryAddress: asText('primaryAddress', 'mailboxAddress'),
      displayName: asText('displayName', 'mailboxDisplayName'),
      upn: asText('upn', 'userPrincipalName'),
      userAccount: asOwner,
    },
  },
  MailboxConfigurationEvidence: {
    fields: {
      configurationId: asText('configurationId'),
      configurationType: asText('configurationType'),
      displayName: asText('displayName'),
      externalDirectoryObjectId: asText('externalDirectoryObjectId'),
      mailboxPrimaryAddress: asText('mailboxPrimaryAddress'),
      upn: asText('upn'),
    },
  },
  AnalyzedMessageEvidence: {
    fields: {
      networkMessageId: asText('networkMessageId'),
      internetMessageId: asText('internetMessageId'),
      subject: asText('subject'),
      language: asText('language'),
      senderAddress: asText(['p2Sender', 'emailAddress'], ['p1Sender', 'emailAddress'], 'sender'),
      p1Sender: asObject(emailSender, 'p1Sender'),
      p2Sender: asObject(emailSender, 'p2Sender'),
      senderIp: asText('senderIp'),
      recipientAddress: asText('recipientEmailAddress', 'recipient', 'userPrincipalName'),
      antiSpamDirection: asText('antiSpamDirection'),
      deliveryAction: asText('deliveryAction'),
      deliveryLocation: asText('deliveryLocation'),
      receivedAt: asTime('receivedDateTime'),
      urls: asTexts('urls'),
      urlCount: asNumber('urlCount'),
      attachmentsCount: asNumber('attachmentsCount'),
      threats: asTexts('threats'),
      threatDetectionMethods: asTexts('threatDetectionMethods'),
      urn: asText('urn'),
    },
  },
  MailClusterEvidence: {
    fields: {
      clusterBy: asText('clusterBy'),
      clusterByValue: asText('clusterByValue'),
      emailCount: asNumber('emailCount'),
      query: asText('query'),
      networkMessageIds: asTexts('networkMessageIds'),
      urn: asText('urn'),
    },
  },
  SubmissionMailEvidence: {
    fields: {
      networkMessageId: asText('networkMessageId'),
      subject: asText('subject'),
      sender: asText('sender'),
      senderIp: asText('senderIp'),
      recipient: asText('recipient'),
      reportType: asText('reportType'),
      submissionId: asText('submissionId'),
      submittedAt: asTime('submissionDateTime'),
      submitter: asText('submitter'),
    },
  },
  TeamsMessageEvidence: {
    fields: {
      messageId: asText('messageId'),
      parentMessageId: asText('parentMessageId'),
      threadId: asText('threadId'),
      threadType: asText('threadType'),
      groupId: asText('groupId'),
      channelId: asText('channelId'),
      subject: asText('subject'),
      senderFromAddress: asText('senderFromAddress'),
      senderIp: asText('senderIP'),
      recipients: asTexts('recipients'),
      suspiciousRecipients: asTexts('suspiciousRecipients'),
      messageDirection: asText('messageDirection'),
      deliveryAction: asText('deliveryAction'),
      deliveryLocation: asText('deliveryLocation'),
      isExternal: asBoolean('isExternal'),
      isOwned: asBoolean('isOwned'),
      owningTenantId: asText('owningTenantId'),
      sourceAppName: asText('sourceAppName'),
      sourceId: asText('sourceId'),
      campaignId: asText('campaignId'),
      receivedAt: asTime('receivedDateTime'),
      lastModifiedAt: asTime('lastModifiedDateTime'),
    },
    inside: {
      urlEvidence: many('urls', 'UrlEvidence'),
      files: many('files', 'FileEvidence'),
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;
