import type { DocumentedTable } from './table.ts';

/** Mail, message, identity and behaviour tables in short; the names and types are those of the documentation. */
export const peopleTables = [
  {
    table: 'EmailPostDeliveryEvents',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime NetworkMessageId:string InternetMessageId:string Action:string ActionType:string
      ActionTrigger:string ActionResult:string RecipientEmailAddress:string DeliveryLocation:string
      SourceLocation:string ThreatTypes:string DetectionMethods:string ReportId:string
    `,
  },
  {
    table: 'IdentityDirectoryEvents',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime ActionType:string Application:string TargetAccountUpn:string
      TargetAccountDisplayName:string TargetDeviceName:string DestinationDeviceName:string
      DestinationIPAddress:string DestinationPort:int Protocol:string AccountName:string AccountDomain:string
      AccountUpn:string AccountSid:string AccountObjectId:string AccountDisplayName:string DeviceName:string
      IPAddress:string Port:int Location:string ISP:string ReportId:string AdditionalFields:dynamic
    `,
  },
  {
    table: 'IdentityQueryEvents',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime ActionType:string Application:string QueryType:string QueryTarget:string Query:string
      Protocol:string AccountName:string AccountDomain:string AccountUpn:string AccountSid:string
      AccountObjectId:string AccountDisplayName:string DeviceName:string IPAddress:string Port:int
      DestinationDeviceName:string DestinationIPAddress:string DestinationPort:int TargetDeviceName:string
      TargetAccountUpn:string TargetAccountDisplayName:string Location:string ReportId:string
      AdditionalFields:dynamic
    `,
  },
  {
    table: 'IdentityAccountInfo',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime ReportId:string SourceProviderAccountId:string AccountId:string IdentityId:string
      IsPrimary:bool IdentityLinkType:string IdentityLinkReason:string IdentityLinkTime:datetime
      IdentityLinkBy:string DisplayName:string AccountUpn:string EmailAddress:string CriticalityLevel:int
      DefenderRiskLevel:int DefenderRiskUpdateTime:datetime Type:string GivenName:string Surname:string
      EmployeeId:string Department:string JobTitle:string Address:string City:string Country:string
      Phone:string Manager:string Sid:string AccountStatus:string SourceProvider:string
      SourceProviderInstanceId:string SourceProviderInstanceDisplayName:string AuthenticationMethod:string
      AuthenticationSourceAcccountId:string EnrolledMfas:dynamic LastPasswordChangeTime:datetime
      GroupMembership:dynamic AssignedRoles:dynamic EligibleRoles:dynamic TenantMembershipType:string
      CreatedDateTime:datetime DeletedDateTime:datetime Tags:dynamic SourceProvderRiskLevel:dynamic
      AdditionalFields:dynamic TenantId:string
    `,
  },
  {
    table: 'AADSpnSignInEventsBeta',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime Application:string ApplicationId:string IsManagedIdentity:bool ErrorCode:int
      CorrelationId:string ServicePrincipalName:string ServicePrincipalId:string ResourceDisplayName:string
      ResourceId:string ResourceTenantId:string IPAddress:string Country:string State:string City:string
      Latitude:string Longitude:string RequestId:string ReportId:string
    `,
  },
  {
    table: 'BehaviorEntities',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime BehaviorId:string Categories:string ServiceSource:string DetectionSource:string
      DataSources:string EntityType:string EntityRole:string DetailedEntityRole:string FileName:string
      FolderPath:string SHA1:string SHA256:string FileSize:long ThreatFamily:string RemoteIP:string
      RemoteUrl:string AccountName:string AccountDomain:string AccountSid:string AccountObjectId:string
      CloudPlatform:string CloudResourceType:string CloudResourceId:string CloudSubscriptionId:string
      AccountUpn:string DeviceId:string DeviceName:string LocalIP:string NetworkMessageId:string
      EmailSubject:string EmailClusterId:string Application:string ApplicationId:int OAuthApplicationId:string
      ProcessCommandLine:string RegistryKey:string RegistryValueName:string RegistryValueData:string
      AdditionalFields:string ActionType:string
    `,
  },
  {
    table: 'BehaviorInfo',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime BehaviorId:string Title:string Description:string Categories:string
      AttackTechniques:string ServiceSource:string DetectionSource:string DataSources:string DeviceId:string
      AccountUpn:string AccountObjectId:string StartTime:datetime EndTime:datetime AdditionalFields:string
      ActionType:string
    `,
  },
  {
    table: 'CallActivityEvents',
    timeColumn: 'ActivityTimestamp',
    columns: `
      ActivityTimestamp:datetime CallId:string ActivityId:string ActivityInitiatorId:string ActivityType:string
      ThreadId:string ActivityInitiatorUpn:string ActivityInitiatorDisplayName:string CallSchedulingType:string
      CallJoinUrl:string OriginatorUserDisplayName:string OriginatorUpn:string
    `,
  },
  {
    table: 'CampaignInfo',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime CampaignName:string CampaignId:string CampaignType:string CampaignSubtype:string
      NetworkMessageId:string RecipientEmailAddress:string ReportId:string
    `,
  },
  {
    table: 'EntraIdSpnSignInEvents',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime Application:string ApplicationId:string IsManagedIdentity:bool ErrorCode:int
      CorrelationId:string ServicePrincipalName:string ServicePrincipalId:string ResourceDisplayName:string
      ResourceId:string ResourceTenantId:string IPAddress:string Country:string State:string City:string
      Latitude:string Longitude:string RequestId:string ReportId:string IsConfidentialClient:bool
      GatewayJA4:string SessionId:string UserAgent:string TenantId:string Type:string SourceSystem:string
      TimeGenerated:datetime UniqueTokenId:string
    `,
  },
  {
    table: 'IdentityEvents',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime ReportId:string AccountId:string AccountType:string AccountDisplayName:string
      AccountUpn:string ActionType:string ActionResult:string ActionFailureReason:string IPAddress:string
      UserAgent:string TargetObjects:dynamic Application:string ApplicationInstanceId:string
      ApplicationEventId:string ApplicationSessionId:string RawEventData:dynamic AdditionalFields:dynamic
    `,
  },
  {
    table: 'MessageEvents',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime LastEditedTime:string TeamsMessageId:string SenderEmailAddress:string
      SenderDisplayName:string SenderObjectId:string SenderType:string RecipientDetails:dynamic
      IsOwnedThread:bool MessageId:string ParentMessageId:string GroupId:string GroupName:string
      ThreadId:string ThreadSubtype:string IsExternalThread:bool MessageFormatType:string
      MessageFormatSubtype:string MessageVersion:string MessageSubject:string ThreatTypes:string
      DetectionMethods:dynamic ConfidenceLevel:dynamic DeliveryAction:string DeliveryLocation:string
      ReportId:string SafetyTip:string
    `,
  },
  {
    table: 'MessagePostDeliveryEvents',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime TeamsMessageId:string Action:string ActionType:string ActionTrigger:string
      ActionResult:string SenderEmailAddress:string RecipientDetails:dynamic ThreatTypes:string
      ConfidenceLevel:dynamic DetectionMethods:string LatestDeliveryLocation:string ReportId:string
      IsExternalThread:bool SafetyTip:string
    `,
  },
  {
    table: 'MessageUrlInfo',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime TeamsMessageId:string Url:string UrlDomain:string ThreatTypes:string ReportId:string
    `,
  },
] as const satisfies readonly DocumentedTable[];
