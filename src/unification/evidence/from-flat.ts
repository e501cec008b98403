import type { M365dAlert } from '../../upstream/m365d/wire.ts';
import type { MdeAlert } from '../../upstream/mde/wire.ts';
import type { WireObject } from '../fields.ts';
import { object, objects, text } from '../values.ts';
import { fold } from '../words/words.ts';
import { type Found, otherEvidence, readEvidence } from './from-graph.ts';
import type { Evidence, EvidenceKind } from './kinds.ts';

/**
 * MDE and M365D send one flat record for every kind: `entityType` names it, and what does not apply is null or absent. The rows
 * of the kinds know their names of properties beside Graph's; here is what Graph sends as an object inside.
 */
interface FlatKind {
  readonly kind: (wire: WireObject) => EvidenceKind;
  readonly inside?: (wire: WireObject) => WireObject;
}

const accountNames = ['accountName', 'domainName', 'userPrincipalName', 'userSid', 'aadUserId'] as const;

/** The account of a record; null when it names none. */
const accountOf = (wire: WireObject): WireObject | null => {
  const named = accountNames.filter((name) => text(wire[name]) !== null);
  return named.length === 0 ? null : Object.fromEntries(named.map((name) => [name, wire[name]]));
};

const parentFileOf = ({ parentProcessFileName, parentProcessFilePath }: WireObject): WireObject | null =>
  text(parentProcessFileName) === null && text(parentProcessFilePath) === null
    ? null
    : { fileName: parentProcessFileName, filePath: parentProcessFilePath };

/** One kind for keys and values: with a value or its type it is a value. */
const registryKind = (wire: WireObject): EvidenceKind =>
  text(wire.registryValue) === null && text(wire.registryValueType) === null
    ? 'RegistryKeyEvidence'
    : 'RegistryValueEvidence';

/** By `entityType`. alerts.md, api-list-incidents.md */
const flatKinds = {
  User: { kind: () => 'UserEvidence', inside: (wire) => ({ userAccount: accountOf(wire) }) },
  Process: {
    kind: () => 'ProcessEvidence',
    inside: (wire) => ({
      imageFile: wire,
      parentProcessImageFile: parentFileOf(wire),
      userAccount: accountOf(wire),
    }),
  },
  File: { kind: () => 'FileEvidence', inside: (wire) => ({ fileDetails: wire }) },
  Ip: { kind: () => 'IpEvidence' },
  Url: { kind: () => 'UrlEvidence' },
  Registry: { kind: registryKind },
  MailBox: { kind: () => 'MailboxEvidence', inside: (wire) => ({ userAccount: accountOf(wire) }) },
  MailMessage: { kind: () => 'AnalyzedMessageEvidence' },
  MailCluster: { kind: () => 'MailClusterEvidence' },
  SecurityGroup: { kind: () => 'SecurityGroupEvidence' },
} satisfies Readonly<Record<string, FlatKind>>;

/** The documented spelling and the folded one. */
const kindByType = new Map<string, FlatKind>(
  Object.entries(flatKinds).flatMap(([type, kind]) => [
    [type, kind],
    [fold(type), kind],
  ]),
);

/** One flat record, on the alert's machine where it names none itself; a kind that has no type here is kept whole. */
const evidenceFromFlat = (tenant: string, wire: WireObject, machineId: string | null): Evidence => {
  const found: Found = { tenant, depth: 0, raw: wire };
  const type = text(wire.entityType) ?? 'unknown';
  const flat = kindByType.get(type) ?? kindByType.get(fold(type));
  if (flat === undefined) return otherEvidence(type, found, wire);
  const deviceId = text(wire.deviceId) ?? machineId;
  return readEvidence(flat.kind(wire), found, { ...wire, deviceId, ...flat.inside?.(wire) });
};

const sameText = (one: string | null, other: string | null): boolean => one?.toLowerCase() === other?.toLowerCase();

const isAmong = (evidence: readonly Evidence[], user: WireObject): boolean =>
  evidence.some(
    (item) =>
      item.kind === 'UserEvidence' &&
      sameText(item.userAccount.accountName, text(user.userName)) &&
      sameText(item.userAccount.domainName, text(user.domainName)),
  );

/** The evidence of an M365D alert: its devices first, then its entities. */
export const evidenceListFromM365d = (tenant: string, { devices, entities }: M365dAlert): readonly Evidence[] => [
  ...objects(devices).map((device) => readEvidence('DeviceEvidence', { tenant, depth: 0 }, device)),
  ...objects(entities).map((entity) => evidenceFromFlat(tenant, entity, null)),
];

/**
 * The evidence of an MDE alert: its machine first, then its evidence; last the user that the alert is about, unless named
 * among the evidence. Files, processes and registry values are on the alert's machine.
 */
export const evidenceListFromMde = (tenant: string, alert: MdeAlert): readonly Evidence[] => {
  const machineId = text(alert.machineId);
  const own: Found = { tenant, depth: 0, raw: null };
  const evidence = objects(alert.evidence).map((wire) => evidenceFromFlat(tenant, wire, machineId));
  const { computerDnsName: deviceDnsName, rbacGroupName, loggedOnUsers } = alert;
  if (machineId !== null || text(deviceDnsName) !== null) {
    const device = { mdeDeviceId: machineId, deviceDnsName, rbacGroupName, loggedOnUsers };
    evidence.unshift(readEvidence('DeviceEvidence', own, device));
  }
  const user = object(alert.relatedUser);
  if (user !== null && text(user.userName) !== null && !isAmong(evidence, user)) {
    const userAccount = { accountName: user.userName, domainName: user.domainName };
    evidence.push(readEvidence('UserEvidence', own, { userAccount }));
  }
  return evidence;
};
