import type { EvidenceFacts, SecurityGroupEvidence, UserAccount, UserEvidence } from '../../domain/evidence.ts';
import type {
  GraphSecurityGroupEvidence,
  GraphUserAccount,
  GraphUserEvidence,
} from '../../upstream/graph/wire-evidence.ts';
import { object, text } from '../values.ts';
import type { FlatEvidence } from './facts.ts';

const noAccount: UserAccount = {
  accountName: null,
  domainName: null,
  displayName: null,
  userPrincipalName: null,
  userSid: null,
  aadUserId: null,
};

/** An account as Graph sends it; null when it sent none. */
export const accountFromGraph = (wire: GraphUserAccount | null | undefined): UserAccount | null => {
  const account = object(wire);
  return account === null
    ? null
    : {
        accountName: text(account.accountName),
        domainName: text(account.domainName),
        displayName: text(account.displayName),
        userPrincipalName: text(account.userPrincipalName),
        userSid: text(account.userSid),
        aadUserId: text(account.azureAdUserId),
      };
};

/** The account of a flat record; null when it names none. */
export const accountFromFlat = (wire: FlatEvidence, displayName: string | null = null): UserAccount | null => {
  const accountName = text(wire.accountName);
  const domainName = text(wire.domainName);
  const userPrincipalName = text(wire.userPrincipalName);
  const userSid = text(wire.userSid);
  const aadUserId = text(wire.aadUserId);
  return (accountName ?? domainName ?? userPrincipalName ?? userSid ?? aadUserId) === null
    ? null
    : { accountName, domainName, displayName, userPrincipalName, userSid, aadUserId };
};

/** resources/security-userevidence.md */
export const userFromGraph = (facts: EvidenceFacts, wire: GraphUserEvidence): UserEvidence => ({
  ...facts,
  kind: 'UserEvidence',
  userAccount: accountFromGraph(wire.userAccount) ?? noAccount,
});

/** `User`: alerts.md, api-list-incidents.md */
export const userFromFlat = (facts: EvidenceFacts, wire: FlatEvidence): UserEvidence => ({
  ...facts,
  kind: 'UserEvidence',
  userAccount: accountFromFlat(wire) ?? noAccount,
});

/** resources/security-securitygroupevidence.md */
export const securityGroupFromGraph = (
  facts: EvidenceFacts,
  wire: GraphSecurityGroupEvidence,
): SecurityGroupEvidence => ({
  ...facts,
  kind: 'SecurityGroupEvidence',
  securityGroupId: text(wire.securityGroupId),
  displayName: text(wire.displayName),
});

/** `SecurityGroup`: api-list-incidents.md */
export const securityGroupFromFlat = (facts: EvidenceFacts, wire: FlatEvidence): SecurityGroupEvidence => ({
  ...facts,
  kind: 'SecurityGroupEvidence',
  securityGroupId: text(wire.securityGroupId),
  displayName: text(wire.securityGroupName),
});
