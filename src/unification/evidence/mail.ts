import type {
  AnalyzedMessageEvidence,
  EvidenceFacts,
  MailboxEvidence,
  MailClusterEvidence,
  UserAccount,
} from '../../domain/evidence.ts';
import type {
  GraphAnalyzedMessageEvidence,
  GraphMailboxEvidence,
  GraphMailClusterEvidence,
} from '../../upstream/graph/wire-evidence.ts';
import { number, object, text, texts, time } from '../values.ts';
import { accountFromFlat, accountFromGraph } from './accounts.ts';
import type { FlatEvidence } from './facts.ts';

/** The owner of a mailbox; `upn` stands for him where the account is not sent. */
const ownerFromGraph = (wire: GraphMailboxEvidence): UserAccount | null => {
  const account = accountFromGraph(wire.userAccount);
  const upn = text(wire.upn);
  if (upn === null || (account !== null && account.userPrincipalName !== null)) return account;
  return account === null ? accountFromFlat({ userPrincipalName: upn }) : { ...account, userPrincipalName: upn };
};

/** resources/security-mailboxevidence.md */
export const mailboxFromGraph = (facts: EvidenceFacts, wire: GraphMailboxEvidence): MailboxEvidence => ({
  ...facts,
  kind: 'MailboxEvidence',
  primaryAddress: text(wire.primaryAddress),
  displayName: text(wire.displayName),
  userAccount: ownerFromGraph(wire),
});

/** `MailBox`: api-list-incidents.md */
export const mailboxFromFlat = (facts: EvidenceFacts, wire: FlatEvidence): MailboxEvidence => ({
  ...facts,
  kind: 'MailboxEvidence',
  primaryAddress: text(wire.mailboxAddress),
  displayName: text(wire.mailboxDisplayName),
  userAccount: accountFromFlat(wire),
});

/** `p2Sender` is whom the reader of the mail sees, `p1Sender` who handed it in. */
export const messageFromGraph = (
  facts: EvidenceFacts,
  wire: GraphAnalyzedMessageEvidence,
): AnalyzedMessageEvidence => ({
  ...facts,
  kind: 'AnalyzedMessageEvidence',
  networkMessageId: text(wire.networkMessageId),
  internetMessageId: text(wire.internetMessageId),
  subject: text(wire.subject),
  senderAddress: text(object(wire.p2Sender)?.emailAddress) ?? text(object(wire.p1Sender)?.emailAddress),
  senderIp: text(wire.senderIp),
  recipientAddress: text(wire.recipientEmailAddress),
  deliveryAction: text(wire.deliveryAction),
  deliveryLocation: text(wire.deliveryLocation),
  receivedAt: time(wire.receivedDateTime),
  urls: texts(wire.urls),
  threats: texts(wire.threats),
});

/** `MailMessage`: api-list-incidents.md */
export const messageFromFlat = (facts: EvidenceFacts, wire: FlatEvidence): AnalyzedMessageEvidence => ({
  ...facts,
  kind: 'AnalyzedMessageEvidence',
  networkMessageId: null,
  internetMessageId: null,
  subject: text(wire.subject),
  senderAddress: text(wire.sender),
  senderIp: null,
  recipientAddress: text(wire.recipient) ?? text(wire.userPrincipalName),
  deliveryAction: text(wire.deliveryAction),
  deliveryLocation: null,
  receivedAt: null,
  urls: [],
  threats: [],
});

/** resources/security-mailclusterevidence.md */
export const mailClusterFromGraph = (facts: EvidenceFacts, wire: GraphMailClusterEvidence): MailClusterEvidence => ({
  ...facts,
  kind: 'MailClusterEvidence',
  clusterBy: text(wire.clusterBy),
  clusterByValue: text(wire.clusterByValue),
  emailCount: number(wire.emailCount),
  query: text(wire.query),
  networkMessageIds: texts(wire.networkMessageIds),
});

/** `MailCluster`: api-list-incidents.md */
export const mailClusterFromFlat = (facts: EvidenceFacts, wire: FlatEvidence): MailClusterEvidence => ({
  ...facts,
  kind: 'MailClusterEvidence',
  clusterBy: text(wire.clusterBy),
  clusterByValue: null,
  emailCount: null,
  query: null,
  networkMessageIds: [],
});
