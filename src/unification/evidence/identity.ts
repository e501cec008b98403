import { asText, asTime } from '../fields.ts';
import { type Kind, many, one } from './kind.ts';
import { asWhole, userAccount } from './parts.ts';

/** Users, groups, applications and how they signed in. */
export const identity = {
  UserEvidence: {
    fields: {
      userAccount: asWhole(userAccount, 'userAccount'),
      streamName: asText(['stream', 'name']),
    },
  },
  SecurityGroupEvidence: {
    fields: {
      securityGroupId: asText('securityGroupId'),
      displayName: asText('displayName', 'securityGroupName'),
      friendlyName: asText('friendlyName'),
      distinguishedName: asText('distinguishedName'),
      activeDirectoryObjectGuid: asText('activeDirectoryObjectGuid'),
      sid: asText('sid'),
    },
  },
  ServicePrincipalEvidence: {
    fields: {
      appId: asText('appId'),
      appOwnerTenantId: asText('appOwnerTenantId'),
      servicePrincipalName: asText('servicePrincipalName'),
      servicePrincipalObjectId: asText('servicePrincipalObjectId'),
      servicePrincipalType: asText('servicePrincipalType'),
      tenantId: asText('tenantId'),
    },
  },
  OauthApplicationEvidence: {
    fields: {
      appId: asText('appId'),
      objectId: asText('objectId'),
      displayName: asText('displayName'),
      publisher: asText('publisher'),
    },
  },
  ActiveDirectoryDomainEvidence: {
    fields: {
      activeDirectoryDomainName: asText('activeDirectoryDomainName'),
    },
    inside: {
      trustedDomains: many('trustedDomains', 'ActiveDirectoryDomainEvidence'),
    },
  },
  CloudLogonRequestEvidence: {
    fields: {
      requestId: asText('requestId'),
    },
  },
  CloudLogonSessionEvidence: {
    fields: {
      sessionId: asText('sessionId'),
      browser: asText('browser'),
      deviceName: asText('deviceName'),
      operatingSystem: asText('operatingSystem'),
      protocol: asText('protocol'),
      userAgent: asText('userAgent'),
      startedAt: asTime('startUtcDateTime'),
      previousLogonAt: asTime('previousLogonDateTime'),
    },
    inside: {
      account: one('account', 'UserEvidence'),
    },
  },
  AiAgentEvidence: {
    fields: {
      agentId: asText('agentId'),
      agentName: asText('agentName'),
      hostingPlatformType: asText('hostingPlatformType'),
      instructions: asText('instructions'),
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;
