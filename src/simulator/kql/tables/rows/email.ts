import {
  emailAttachmentInfoColumns,
  emailEventsColumns,
  emailUrlInfoColumns,
  urlClickEventsColumns,
} from '../../../../microsoft/hunting/email.ts';
import { createRandom } from '../../../world/random.ts';
import { isoTime } from '../../../world/times.ts';
import { type Habit, habitsOf, officeOf } from '../background/people.ts';
import { defineTable, type Estate, type TableSource } from '../table.ts';
import { evidenceOf } from './alert-evidence.ts';
import { titled } from './names.ts';

/** One delivered mail, the same in all mail tables. */
interface Mail {
  readonly at: string;
  readonly id: string;
  readonly sender: string;
  readonly recipient: string;
  readonly recipientId: string;
  readonly subject: string;
  readonly deliveryAction: string;
  /** Empty for a clean mail. */
  readonly threat: '' | 'Phish';
  readonly url: string;
  readonly attachment: string;
}

/** The mails of the alerts, with the URL those alerts know, and one newsletter or letter a day for each person. */
function mailsOf(estate: Estate): readonly Mail[] {
  const { users } = estate.world;
  const bad = evidenceOf(estate, 'mailMessage').map(({ alert, evidence }): Mail => {
    const link = alert.evidence.find((other) => other.type === 'url');
    const file = alert.evidence.find((other) => other.type === 'file');
    return {
      at: evidence.receivedAt,
      id: evidence.networkMessageId,
      sender: evidence.sender,
      recipient: evidence.recipient,
      recipientId: users.find((user) => user.userPrincipalName === evidence.recipient)?.aadUserId ?? '',
      subject: evidence.subject,
      deliveryAction: titled(evidence.deliveryAction),
      threat: 'Phish',
      url: link?.type === 'url' ? link.url : '',
      attachment: file?.type === 'file' ? file.file.fileName : '',
    };
  });
  return [...bad, ...habitsOf(estate, 'mail').map(ordinaryMail)];
}

function ordinaryMail({ user, atMs, random }: Habit): Mail {
  return {
    at: isoTime(atMs, random),
    id: random.guid(),
    sender: random.pick(['news@northwind.example', 'events@fabrikam.com', 'no-reply@adatum.com']),
    recipient: user.userPrincipalName,
    recipientId: user.aadUserId,
    subject: random.pick(['Weekly digest', 'Your invitation', 'Minutes of the meeting', 'Parking: new rules']),
    deliveryAction: 'Delivered',
    threat: '',
    url: random.chance(0.5) ? 'https://news.fabrikam.com/today' : '',
    attachment: random.chance(0.2) ? 'minutes.pdf' : '',
  };
}

function domainOf(address: string): string {
  return address.split('@').at(-1) ?? '';
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : url;
}

/** What every mail table says of a mail. */
function common(mail: Mail) {
  return { Timestamp: mail.at, NetworkMessageId: mail.id, ReportId: `${mail.id}-${mail.recipientId.slice(0, 8)}` };
}

function parties(mail: Mail) {
  return {
    SenderFromAddress: mail.sender,
    SenderDisplayName: mail.sender.split('@')[0] ?? '',
    RecipientEmailAddress: mail.recipient,
    RecipientObjectId: mail.recipientId,
    ThreatTypes: mail.threat,
    DetectionMethods: mail.threat === '' ? '' : JSON.stringify({ Phish: ['URL detonation reputation'] }),
  };
}

/** One row per delivered mail. */
export const emailEvents: TableSource = defineTable(emailEventsColumns, 'Timestamp', (estate) =>
  mailsOf(estate).map((mail) => {
    const location = { Blocked: 'Quarantine', DeliveredToJunk: 'Junk folder' }[mail.deliveryAction] ?? 'Inbox/folder';
    return {
      ...common(mail),
      ...parties(mail),
      InternetMessageId: `<${mail.id}@${domainOf(mail.sender)}>`,
      SenderMailFromAddress: mail.sender,
      SenderMailFromDomain: domainOf(mail.sender),
      SenderFromDomain: domainOf(mail.sender),
      SenderIPv4: '198.51.100.25',
      Subject: mail.subject,
      EmailClusterId: createRandom(mail.subject).int(1_000_000, 4_000_000_000),
      EmailDirection: 'Inbound',
      DeliveryAction: mail.deliveryAction,
      DeliveryLocation: location,
      LatestDeliveryAction: mail.deliveryAction,
      LatestDeliveryLocation: location,
      ConfidenceLevel: mail.threat === '' ? '' : JSON.stringify({ Phish: 'High' }),
      AuthenticationDetails: JSON.stringify({ SPF: 'pass', DKIM: 'pass', DMARC: 'pass', CompAuth: 'pass' }),
      AttachmentCount: Number(mail.attachment !== ''),
      UrlCount: Number(mail.url !== ''),
      EmailLanguage: 'en',
      AdditionalFields: '{}',
    };
  }),
);

/** One row per attachment; those of alerts have the hash of the file in evidence. */
export const emailAttachmentInfo: TableSource = defineTable(emailAttachmentInfoColumns, 'Timestamp', (estate) => {
  const known = new Map(evidenceOf(estate, 'file').map(({ evidence }) => [evidence.file.fileName, evidence.file]));
  return mailsOf(estate)
    .filter((mail) => mail.attachment !== '')
    .map((mail) => ({
      ...common(mail),
      ...parties(mail),
      FileName: mail.attachment,
      FileType: mail.attachment.split('.').at(-1) ?? '',
      SHA256: known.get(mail.attachment)?.sha256 ?? createRandom(mail.attachment).hex(64),
      FileSize: known.get(mail.attachment)?.fileSize ?? 48_213,
    }));
});

/** One row per URL in a mail. */
export const emailUrlInfo: TableSource = defineTable(emailUrlInfoColumns, 'Timestamp', (estate) =>
  mailsOf(estate)
    .filter((mail) => mail.url !== '')
    .map((mail) => ({ ...common(mail), Url: mail.url, UrlDomain: hostOf(mail.url), UrlLocation: 'Body' })),
);

/** Clicks on mailed URLs: all bad ones, and one ordinary one in three. */
export const urlClickEvents: TableSource = defineTable(urlClickEventsColumns, 'Timestamp', (estate) =>
  mailsOf(estate)
    .filter((mail) => mail.url !== '' && (mail.threat !== '' || createRandom(mail.id).chance(1 / 3)))
    .map((mail) => {
      const user = estate.world.users.find(({ userPrincipalName }) => userPrincipalName === mail.recipient);
      return {
        ...common(mail),
        Url: mail.url,
        ActionType: mail.threat === '' ? 'ClickAllowed' : 'ClickBlocked',
        AccountUpn: mail.recipient,
        Workload: 'Email',
        ThreatTypes: mail.threat,
        IPAddress: user === undefined ? '' : officeOf(user).ip,
        IsClickedThrough: false,
        UrlChain: JSON.stringify([mail.url]),
        AppName: 'Mail',
        TenantId: estate.world.tenantId,
        Type: 'UrlClickEvents',
        SourceSystem: 'Azure',
        TimeGenerated: mail.at,
      };
    }),
);
