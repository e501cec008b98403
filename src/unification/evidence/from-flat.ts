import type { Evidence, EvidenceFacts } from '../../domain/evidence.ts';
import type { M365dAlert } from '../../upstream/m365d/wire.ts';
import type { MdeAlert, MdeRelatedUser } from '../../upstream/mde/wire.ts';
import { object, objects, text } from '../values.ts';
import { fold } from '../words/words.ts';
import { securityGroupFromFlat, userFromFlat } from './accounts.ts';
import { deviceFromM365d, deviceFromMde } from './devices.ts';
import { type FlatEvidence, factsFromFlat } from './facts.ts';
import { fileFromFlat, processFromFlat } from './files.ts';
import { mailboxFromFlat, mailClusterFromFlat, messageFromFlat } from './mail.ts';
import { ipFromFlat, urlFrom } from './network.ts';
import { registryFromFlat } from './registry.ts';

type Reader = (facts: EvidenceFacts, wire: FlatEvidence, machineId: string | null) => Evidence;

/** By `entityType`, the documented spelling and the folded one. alerts.md, api-list-incidents.md */
const readerByType = new Map<string, Reader>(
  Object.entries({
    User: userFromFlat,
    Process: processFromFlat,
    File: fileFromFlat,
    Ip: ipFromFlat,
    Url: urlFrom,
    Registry: registryFromFlat,
    MailBox: mailboxFromFlat,
    MailMessage: messageFromFlat,
    MailCluster: mailClusterFromFlat,
    SecurityGroup: securityGroupFromFlat,
  } satisfies Record<string, Reader>).flatMap(([type, read]) => [
    [type, read],
    [fold(type), read],
  ]),
);

/** One flat record; a kind that has no type here is kept whole. */
const evidenceFromFlat = (tenant: string, wire: FlatEvidence, machineId: string | null): Evidence => {
  const type = text(wire.entityType) ?? 'unknown';
  const facts = factsFromFlat(tenant, wire);
  const read = readerByType.get(type) ?? readerByType.get(fold(type));
  return read === undefined ? { ...facts, kind: 'OtherEvidence', type } : read(facts, wire, machineId);
};

const sameText = (one: string | null, other: string | null): boolean => one?.toLowerCase() === other?.toLowerCase();

const isAmong = (evidence: readonly Evidence[], user: MdeRelatedUser): boolean =>
  evidence.some(
    (item) =>
      item.kind === 'UserEvidence' &&
      sameText(item.userAccount.accountName, text(user.userName)) &&
      sameText(item.userAccount.domainName, text(user.domainName)),
  );

/** The evidence of an M365D alert: its devices first, then its entities. */
export const evidenceListFromM365d = (tenant: string, alert: M365dAlert): readonly Evidence[] => [
  ...objects(alert.devices).map((device) => deviceFromM365d(tenant, device)),
  ...objects(alert.entities).map((entity) => evidenceFromFlat(tenant, entity, null)),
];

/**
 * The evidence of an MDE alert: its machine first, then its evidence; last the user that the alert is about, unless he was
 * among the evidence. Files, processes and registry values are on the alert's machine.
 */
export const evidenceListFromMde = (tenant: string, alert: MdeAlert): readonly Evidence[] => {
  const machineId = text(alert.machineId);
  const evidence = objects(alert.evidence).map((wire) => evidenceFromFlat(tenant, wire, machineId));
  const device = deviceFromMde(tenant, alert);
  if (device !== null) evidence.unshift(device);
  const user = object(alert.relatedUser);
  if (user !== null && text(user.userName) !== null && !isAmong(evidence, user)) {
    const account: FlatEvidence = { accountName: user.userName ?? null, domainName: user.domainName ?? null };
    evidence.push(userFromFlat({ ...factsFromFlat(tenant, account), raw: null }, account));
  }
  return evidence;
};
