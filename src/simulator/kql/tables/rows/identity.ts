import { identityInfoColumns, identityLogonEventsColumns } from '../../../../microsoft/hunting/identity.ts';
import { createRandom } from '../../../world/random.ts';
import { hourMs, isoTime } from '../../../world/times.ts';
import { habitsOf, officeOf } from '../background/people.ts';
import { defineTable, type TableSource } from '../table.ts';
import { entraAccountCells } from './cells.ts';

const departments = ['Finance', 'Sales', 'People', 'Engineering', 'Legal'] as const;

/** One row per person, from this day's snapshot. */
export const identityInfo: TableSource = defineTable(identityInfoColumns, 'Timestamp', ({ world, now }) =>
  world.users.map((user) => {
    const random = createRandom(`${user.aadUserId}/directory`);
    const office = officeOf(user);
    const [givenName = '', ...surname] = user.displayName.split(' ');
    return {
      Timestamp: isoTime(Math.floor(now.getTime() / (24 * hourMs)) * 24 * hourMs),
      ReportId: random.guid(),
      AccountObjectId: user.aadUserId,
      AccountUpn: user.userPrincipalName,
      OnPremSid: user.userSid,
      AccountDisplayName: user.displayName,
      AccountName: user.accountName,
      AccountDomain: user.domainName,
      Type: 'User',
      DistinguishedName: `CN=${user.displayName},OU=Staff,DC=${world.name},DC=com`,
      GivenName: givenName,
      Surname: surname.join(' '),
      Department: random.pick(departments),
      JobTitle: 'Specialist',
      EmailAddress: user.userPrincipalName,
      City: office.city,
      Country: office.country,
      IsAccountEnabled: true,
      AssignedRoles: [],
      SourceProviders: ['ActiveDirectory', 'AzureActiveDirectory'],
      IdentityEnvironment: 'Hybrid',
      TenantId: world.tenantId,
    };
  }),
);

/** One logon against the directory a day for each person. */
export const identityLogonEvents: TableSource = defineTable(identityLogonEventsColumns, 'Timestamp', (estate) =>
  habitsOf(estate, 'IdentityLogonEvents').map(({ user, atMs, random }) => {
    const device = estate.world.machines.find((machine) => machine.logonUsers.includes(user));
    const refused = random.chance(0.05);
    return {
      Timestamp: isoTime(atMs, random),
      ActionType: refused ? 'LogonFailed' : 'LogonSuccess',
      Application: 'Active Directory',
      LogonType: 'Credentials validation',
      Protocol: random.pick(['Kerberos', 'Ntlm']),
      FailureReason: refused ? 'WrongPassword' : '',
      ...entraAccountCells(user),
      AccountDisplayName: user.displayName,
      DeviceName: device?.computerDnsName,
      DeviceType: 'Workstation',
      OSPlatform: device?.osPlatform,
      IPAddress: device?.lastIpAddress,
      DestinationDeviceName: `dc-001.${estate.world.name}.com`,
      DestinationPort: 88,
      ReportId: random.guid(),
      AdditionalFields: { Count: '1' },
    };
  }),
);
