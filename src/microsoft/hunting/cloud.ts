import type { DocumentedTable } from './table.ts';

/** Cloud, exposure and application tables in short; the names and types are those of the documentation. */
export const cloudTables = [
  {
    table: 'AIAgentsInfo',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime RegistrySource:string AIAgentId:guid AIAgentName:string AgentCreationTime:datetime
      CreatorAccountUpn:string OwnerAccountUpns:string LastModifiedByUpn:string LastModifiedTime:datetime
      LastPublishedTime:datetime LastPublishedByUpn:string AgentDescription:string AgentStatus:string
      UserAuthenticationType:string AgentUsers:string KnowledgeDetails:string AgentActionTriggers:string
      RawAgentInfo:string AuthenticationTrigger:string AccessControlPolicy:string
      AuthorizedSecurityGroupIds:dynamic AgentTopicsDetails:dynamic AgentToolsDetails:dynamic
      EnvironmentId:string Platform:string IsGenerativeOrchestrationEnabled:bool AgentAppId:string
      ConnectedAgentsSchemaNames:dynamic ChildAgentsSchemaNames:dynamic Version:string IsBlocked:bool
      Instructions:string EntraObjectId:string EntraBlueprintId:string AIModel:string
      AccessCapabilities:dynamic ElementTypes:dynamic SourceAgentId:string
    `,
  },
  {
    table: 'AgentsInfo',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime AgentId:string AgentName:string Platform:string AgentDescription:string Version:string
      SourceAgentId:string EntraAgentId:string EntraBlueprintId:string ToolsAuthenticationType:dynamic
      Permissions:dynamic PublishedStatus:string LifecycleStatus:string Availability:string
      CreatedDateTime:datetime LastPublishedDateTime:datetime LastUpdatedDateTime:datetime Owners:dynamic
      SharedWith:dynamic InstanceCount:int Instructions:string Model:string Channels:dynamic
      Capabilities:dynamic DeclaredDataSources:dynamic DeclaredTools:dynamic McpServers:dynamic Skills:dynamic
      ConnectedAgents:dynamic Memory:dynamic Triggers:dynamic Guardrails:dynamic Endpoints:dynamic
      ObservabilityId:dynamic RawAgentInfo:dynamic
    `,
  },
  {
    table: 'CloudAuditEvents',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime ReportId:string DataSource:string ActionType:string OperationName:string
      ResourceId:string IPAddress:string IsAnonymousProxy:bool CountryCode:string City:string Isp:string
      UserAgent:string RawEventData:dynamic AdditionalFields:dynamic
    `,
  },
  {
    table: 'CloudDnsEvents',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime ReportId:string ActionType:string AzureResourceId:string AwsResourceName:string
      GcpFullResourceName:string KubernetesResource:string KubernetesNamespace:string KubernetesPodName:string
      ContainerName:string ContainerId:string ImageName:string ProcessName:string ProcessId:long
      DnsEventType:string DnsEventSubType:string DnsQuery:string DnsQueryTypeName:string
      DnsResponseCodeName:string DnsNetworkDuration:long TransactionIdHex:string ImageDigest:string
      Region:string HostName:string AdditionalFields:dynamic
    `,
  },
  {
    table: 'CloudPolicyEnforcementEvents',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime ReportId:string DataSource:string SubscriptionId:string ActionType:string
      AzureResourceId:string AwsResourceName:string GcpFullResourceName:string Region:string
      ResourceKind:string ResourceName:string KubernetesNamespace:string Reason:string AdditionalFields:string
    `,
  },
  {
    table: 'CloudProcessEvents',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime AzureResourceId:string AwsResourceName:string GcpFullResourceName:string
      ContainerImageName:string KubernetesNamespace:string KubernetesPodName:string KubernetesResource:string
      ContainerName:string ContainerId:string ActionType:string FileName:string FolderPath:string
      ProcessId:long ProcessName:string ParentProcessName:string ParentProcessId:string
      ProcessCommandLine:string ProcessCreationTime:datetime ProcessCurrentWorkingDirectory:string
      AccountName:string LogonId:long InitiatingProcessId:string ImageDigest:string AgentId:string
      Region:string HostName:string AdditionalFields:string
    `,
  },
  {
    table: 'CloudStorageAggregatedEvents',
    timeColumn: 'Timestamp',
    columns: `
      DataAggregationStartTime:datetime DataAggregationEndTime:datetime DataSource:string SubscriptionId:string
      ResourceGroup:string StorageAccount:string StorageContainer:string StorageFileShare:string
      ServiceType:string IpAddress:string UserAgentHeader:string OperationNamesList:dynamic
      AuthenticationType:string AccountObjectId:string AccountTenantId:long AccountApplicationId:string
      AccountUpn:string AccountType:long OperationsCount:int SuccessfulOperationsCount:int
      FailedOperationsCount:int FirstEventTimestamp:datetime LastEventTimestamp:datetime
      TotalResponseLength:int SuccessfulReadOperations:int DistinctGetOperations:int
      AnonymousSuccessfulOperations:int HasAnonymousResourceNotFoundFailures:bool CountryName:string
      CityName:string ProvinceName:string ClientSystemServiceName:string ClientCloudPlatformName:string
      IsTorExitNode:bool IsKnownSuspiciousIp:bool IsPrivateIp:bool SuspiciousUserAgentName:string
      HashReputationMd5List:dynamic AzureResourceId:string Location:string Timestamp:datetime ReportId:string
      ActionType:string AdditionalFields:dynamic
    `,
  },
  {
    table: 'DataSecurityBehaviors',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime BehaviorId:string ActionType:string StartTime:datetime EndTime:datetime
      AttackTechniques:string Categories:string ActionCategory:string Description:string ServiceSource:string
      DetectionSource:string ActivityCount:int IsAnomalous:bool IsContentHidden:bool AccountUpn:string
      AccountEmail:string Application:string DeviceInfo:dynamic SensitivityLabelInfo:dynamic
      SensitiveInfoTypesInfo:dynamic UrlDomainInfo:dynamic SharepointSiteInfo:dynamic
      RecipientEmailInfo:dynamic RemovableMediaInfo:dynamic PrinterName:dynamic
      PriorityContentMatchInfo:dynamic
    `,
  },
  {
    table: 'DataSecurityEvents',
    timeColumn: 'Timestamp',
    columns: `
      ApplicationNames:string DeviceId:string DeviceName:string AadDeviceId:guid IsManagedDevice:bool
      DlpPolicyMatchInfo:string DlpPolicyEnforcementMode:int DlpPolicyRuleMatchInfo:dynamic
      FileRenameInfo:string PhysicalAccessPointId:string PhysicalAccessPointName:string
      PhysicalAccessStatus:string PhysicalAssetTag:string RemovableMediaManufacturer:string
      RemovableMediaModel:string RemovableMediaSerialNumber:string TeamsChannelName:string
      TeamsChannelType:string TeamsTeamName:string UserAlternateEmails:string AccountUpn:string
      AccountObjectId:string Department:string SourceCodeInfo:string CcPolicyMatchInfo:dynamic IPAddress:string
      Timestamp:datetime DeviceSourceLocationType:int DeviceDestinationLocationType:int
      IrmPolicyMatchInfo:dynamic UnallowedUrlDomains:string ExternalUrlDomains:string UrlDomainInfo:string
      SourceUrlDomain:string TargetUrlDomain:string EmailAttachmentCount:int EmailAttachmentInfo:dynamic
      InternetMessageId:string NetworkMessageId:guid EmailSubject:string ObjectId:string ObjectName:string
      ObjectType:string ObjectSize:int IsHidden:bool ActivityId:guid ActionType:string
      SensitiveInfoTypeInfo:dynamic SensitivityLabelId:string SharepointSiteSensitivityLabelIds:string
      PreviousSensitivityLabelId:string Operation:string RecipientEmailAddress:string SiteUrl:string
      SourceRelativeUrl:string TargetFilePath:string PrinterName:string Workload:string
      IrmActionCategory:string SequenceCorrelationId:string CloudAppAlertId:string
    `,
  },
  {
    table: 'DisruptionAndResponseEvents',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime ActionType:string DeviceId:string SourceDeviceId:string TargetDeviceId:string
      TargetDeviceName:string TargetDomainName:string DeviceName:string DomainName:string
      InitiatingProcessId:int InitiatingProcessFileName:string SourceUserSid:string SourceUserName:string
      SourceUserDomainName:string SourceIpAddress:string SourcePort:int IpAddress:string Port:string
      SourceDeviceName:string SourceDomainName:string AuthenticationProtocol:string Service:string
      InterfaceUuid:string InterfaceFriendlyName:string FileName:string ShareName:string LogonType:string
      LogonId:long SessionId:long CompromisedAccountCount:int PolicyId:string PolicyName:string
      PolicyVersion:string PolicyHash:string DataSources:string IsPolicyOn:bool ReportType:string
    `,
  },
  {
    table: 'ExposureGraphEdges',
    timeColumn: null,
    columns: `
      EdgeId:string EdgeLabel:string SourceNodeId:string SourceNodeName:string SourceNodeLabel:string
      SourceNodeCategories:dynamic TargetNodeId:string TargetNodeName:string TargetNodeLabel:string
      TargetNodeCategories:dynamic EdgeProperties:dynamic
    `,
  },
  {
    table: 'ExposureGraphNodes',
    timeColumn: null,
    columns: `
      NodeId:string NodeLabel:string NodeName:string Categories:dynamic NodeProperties:dynamic
      EntityIds:dynamic
    `,
  },
  {
    table: 'FileMaliciousContentInfo',
    timeColumn: 'Timestamp',
    columns: `
      Timestamp:datetime Workload:string FileName:string FolderPath:string FileSize:long SHA256:string
      FileOwnerDisplayName:string FileOwnerUpn:string DocumentId:string ThreatTypes:dynamic ThreatNames:string
      DetectionMethods:string LastModifyingAccountUpn:string LastModifiedTime:datetime
      FileCreationTime:datetime ReportId:string
    `,
  },
  {
    table: 'GraphAPIAuditEvents',
    timeColumn: 'Timestamp',
    columns: `
      IdentityProvider:string ApiVersion:string ApplicationId:string ClientRequestId:string OperationId:string
      AccountObjectId:string Location:string RequestDuration:string RequestMethod:string Timestamp:datetime
      ResponseStatusCode:string Scopes:string EntityType:string ReportId:string RequestUri:string
      UniqueTokenIdentifier:string RequestId:string IpAddress:string ServicePrincipalId:string
      TargetWorkload:string ResponseSize:long TenantId:string Type:string SourceSystem:string
      TimeGenerated:datetime
    `,
  },
  {
    table: 'OAuthAppInfo',
    timeColumn: 'Timestamp',
    columns: `
      ReportId:string Timestamp:datetime OAuthAppId:string ServicePrincipalId:string AppName:string
      AddedOnTime:datetime LastModifiedTime:datetime AppStatus:string VerifiedPublisher:dynamic
      PrivilegeLevel:string Permissions:dynamic ConsentedUsersCount:int IsAdminConsented:bool AppOrigin:string
      LastUsedTime:datetime AppOwnerTenantId:string RiskScore:int AssignedRoles:dynamic
    `,
  },
] as const satisfies readonly DocumentedTable[];
