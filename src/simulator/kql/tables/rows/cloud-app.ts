import { cloudAppEventsColumns } from '../../../../microsoft/hunting/cloud-app.ts';
import { isoTime } from '../../../world/times.ts';
import { habitsOf, officeOf } from '../background/people.ts';
import { defineTable, type TableSource } from '../table.ts';
import { evidenceOf } from './alert-evidence.ts';

const activities = [
  { ActionType: 'FileAccessed', ActivityType: 'Basic', ObjectType: 'File', ObjectName: 'budget.xlsx' },
  { ActionType: 'FileDownloaded', ActivityType: 'Download', ObjectType: 'File', ObjectName: 'offer.docx' },
  { ActionType: 'MailItemsAccessed', ActivityType: 'Basic', ObjectType: 'Structured object', ObjectName: 'Inbox' },
] as const;

/** Use of cloud apps: the apps of the alerts with the users those alerts name, among ordinary use. */
export const cloudAppEvents: TableSource = defineTable(cloudAppEventsColumns, 'Timestamp', (estate) => [
  ...evidenceOf(estate, 'cloudApplication').flatMap(({ alert, evidence }) => {
    const who = alert.evidence.find((other) => other.type === 'user');
    if (who?.type !== 'user') return [];
    const from = alert.evidence.find((other) => other.type === 'ip');
    return [
      {
        Timestamp: alert.firstActivityAt,
        ...activities[1],
        Application: evidence.displayName,
        ApplicationId: evidence.appId,
        ...account(who.user),
        IPAddress: from?.type === 'ip' ? from.ipAddress : '',
        CountryCode: from?.type === 'ip' ? from.countryLetterCode : '',
        IsAnonymousProxy: true,
        ReportId: alert.id,
        RawEventData: { Workload: evidence.displayName, UserId: who.user.userPrincipalName },
      },
    ];
  }),
  ...habitsOf(estate, 'CloudAppEvents').map(({ user, atMs, random }) => {
    const office = officeOf(user);
    return {
      Timestamp: isoTime(atMs, random),
      ...random.pick<(typeof activities)[number]>(activities),
      Application: 'Microsoft SharePoint Online',
      ApplicationId: 20_892,
      ...account(user),
      IPAddress: office.ip,
      CountryCode: office.country,
      City: office.city,
      IsAnonymousProxy: false,
      ReportId: random.guid(),
      RawEventData: { Workload: 'SharePoint', UserId: user.userPrincipalName },
    };
  }),
]);

function account(user: { readonly aadUserId: string; readonly displayName: string }) {
  return {
    AccountObjectId: user.aadUserId,
    AccountId: user.aadUserId,
    AccountDisplayName: user.displayName,
    AccountType: 'Regular',
    IsAdminOperation: false,
    IsExternalUser: false,
    IsImpersonated: false,
    UserAgent: 'Mozilla/5.0',
  };
}
