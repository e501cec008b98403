import { aadSignInEventsBetaColumns, entraIdSignInEventsColumns } from '../../../../microsoft/hunting/sign-ins.ts';
import { isoTime } from '../../../world/times.ts';
import { type Habit, habitsOf, officeOf } from '../background/people.ts';
import { defineTable, type Estate, type TableSource } from '../table.ts';

/** A sign-in's cells that the table and its successor share. */
function signIn({ user, atMs, random }: Habit, { world }: Estate) {
  const office = officeOf(user);
  const device = world.machines.find((machine) => machine.logonUsers.includes(user));
  const refused = random.chance(0.04);
  return {
    Timestamp: isoTime(atMs, random),
    Application: random.pick(['Office 365 Exchange Online', 'Microsoft Teams', 'Contoso Expenses']),
    ApplicationId: '00000002-0000-0ff1-ce00-000000000000',
    LogonType: JSON.stringify(['interactiveUser']),
    ErrorCode: refused ? 50126 : 0,
    CorrelationId: random.guid(),
    SessionId: random.guid(),
    AccountDisplayName: user.displayName,
    AccountObjectId: user.aadUserId,
    AccountUpn: user.userPrincipalName,
    IsExternalUser: 0,
    IsGuestUser: false,
    ResourceDisplayName: 'Microsoft Graph',
    ResourceId: '00000003-0000-0000-c000-000000000000',
    ResourceTenantId: world.tenantId,
    DeviceName: device?.computerDnsName,
    OSPlatform: device?.osPlatform,
    IsManaged: 1,
    IsCompliant: 1,
    AuthenticationRequirement: 'multiFactorAuthentication',
    RiskLevelAggregated: 0,
    RiskState: 0,
    UserAgent: 'Mozilla/5.0',
    ClientAppUsed: 'Browser',
    Browser: 'Edge',
    ConditionalAccessStatus: 0,
    IPAddress: office.ip,
    Country: office.country,
    State: office.state,
    City: office.city,
    RequestId: random.guid(),
    ReportId: random.guid(),
    device: device?.aadDeviceId,
  };
}

/** One sign-in a day for each person, in the table that ends in October 2026 and in its successor alike. */
export const aadSignInEventsBeta: TableSource = defineTable(aadSignInEventsBetaColumns, 'Timestamp', (estate) =>
  habitsOf(estate, 'SignIn').map((habit) => {
    const { device, ...cells } = signIn(habit, estate);
    return { ...cells, AadDeviceId: device ?? '', TokenIssuerType: 0 };
  }),
);

/** The successor: other names for the device, a text for the issuer. */
export const entraIdSignInEvents: TableSource = defineTable(entraIdSignInEventsColumns, 'Timestamp', (estate) =>
  habitsOf(estate, 'SignIn').map((habit) => {
    const { device, ...cells } = signIn(habit, estate);
    return {
      ...cells,
      EntraIdDeviceId: device ?? '',
      TokenIssuerType: 'AzureAD',
      TenantId: estate.world.tenantId,
      Type: 'EntraIdSignInEvents',
      TimeGenerated: cells.Timestamp,
      IsSignInThroughGlobalSecureAccess: false,
    };
  }),
);
