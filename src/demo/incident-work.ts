import type { Example } from '../server/graphiql/page.ts';

/** What an incident leads to: a page of a machine, a person, a file, a domain and an address, and hunting. */
export const pages: readonly Example[] = [
  {
    name: 'The page of a machine: its state, alerts, actions, antivirus, weaknesses and who logs on. It goes by id or DNS name',
    query: `query MachinePage($tenant: String!, $machineId: ID!) {
  machine(tenant: $tenant, machineId: $machineId) {
    computerDnsName
    osPlatform
    version
    riskScore
    exposureLevel
    isolationState
    lastIpAddress
    logonUsers(first: 3) { nodes { accountDomain accountName isDomainAdmin } }
    alerts(first: 5) { nodes { createdAt title severity status } }
    actions(first: 5) { nodes { createdAt type status requestor requestorComment } }
    antivirusHealth { avMode avIsSignatureUpToDate quickScanResult quickScanTime }
    vulnerabilities(first: 5) { nodes { cveId severity publicExploit } }
    missingKbs(first: 3) { nodes { kbId name } }
  }
}`,
    variables: { tenant: 'contoso', machineId: 'fin-ws-001.contoso.com' },
  },
  {
    name: 'The page of a user: where they log on, and what was seen under their name',
    query: `query UserPage($tenant: String!, $name: ID!) {
  user(tenant: $tenant, name: $name) {
    name
    machines(first: 10) { nodes { computerDnsName riskScore lastSeen } }
    alerts(first: 10) { nodes { createdAt title severity status assignedTo machine { computerDnsName } } }
  }
}`,
    variables: { tenant: 'contoso', name: 'CONTOSO\\adele.vance' },
  },
  {
    name: 'The page of a file: what it is, how often it was seen, in which alerts and on which machines',
    query: `query FilePage($tenant: String!, $hash: ID!) {
  file(tenant: $tenant, hash: $hash) {
    determinationType
    determinationValue
    size
    filePublisher
    globalPrevalence
    prevalence(lookBackHours: 168) { organizationPrevalence orgFirstSeen orgLastSeen }
    alerts(first: 5) { nodes { createdAt title severity } }
    machines(first: 5) { nodes { computerDnsName isolationState riskScore } }
    indicators(first: 3) { nodes { action createdBy title } }
  }
}`,
    variables: { tenant: 'contoso', hash: 'e3c45c176fb56798ae8ff5f84772e33e231fe7ab' },
  },
  {
    name: 'A domain and an address of an attack: how often they were seen, in which alerts, on which machines',
    query: `query Observables($tenant: String!, $domain: ID!, $address: ID!) {
  domain(tenant: $tenant, name: $domain) {
    name
    prevalence(lookBackHours: 720) { organizationPrevalence orgFirstSeen orgLastSeen }
    alerts(first: 10) { nodes { title severity createdAt evidence { ... on FileEvidence { file { sha1 signer globalPrevalence } } } } }
    machines(first: 10) { nodes { computerDnsName riskScore } }
  }
  ipAddress(tenant: $tenant, address: $address) {
    address
    prevalence { organizationPrevalence }
    alerts(first: 10) { nodes { title severity createdAt } }
  }
}`,
    variables: { tenant: 'contoso', domain: 'cdn.fourth-coffee-files.example', address: '198.51.100.44' },
  },
  {
    name: 'Hunt over every tenant at once: where else did the remote tool start something?',
    query: `query Hunt($process: String!) {
  hunt(
    input: {
      parameters: [{ name: "process", string: $process }]
      query: """
      DeviceProcessEvents
      | where InitiatingProcessFileName =~ process or FileName =~ process
      | project Timestamp, DeviceName, FileName, ProcessCommandLine, AccountName
      | order by Timestamp desc
      | take 20
      """
    }
  ) {
    tenants { tenant { name } status source rowCount error { code message } }
    columns { name type }
    rowCount
    rows
  }
}`,
    variables: { process: 'remsvc.exe' },
  },
];

/** What is done about it. */
export const actions: readonly Example[] = [
  {
    name: 'Isolate a machine and watch it finish: the answer comes after some seconds, when Defender has done it. Add dryRun: true to the input to see what would be done',
    query: `mutation Isolate($tenant: String!, $machineIds: [ID!]!) {
  isolateMachines(
    input: { tenant: $tenant, machineIds: $machineIds, comment: "Suspected ransomware", waitSeconds: 30 }
  ) {
    results {
      machine { computerDnsName riskScore }
      outcome
      action { actionId type status requestorComment }
      waitedSeconds
      error { code message }
    }
  }
}`,
    variables: { tenant: 'contoso', machineIds: ['fin-ws-001.contoso.com'] },
  },
  {
    name: 'Release the machine again. Asked a second time, it is refused: the machine is not isolated',
    query: `mutation Release($tenant: String!, $machineIds: [ID!]!) {
  releaseMachines(
    input: { tenant: $tenant, machineIds: $machineIds, comment: "Cleaned", waitSeconds: 30 }
  ) {
    results {
      machine { computerDnsName }
      outcome
      action { actionId type status }
      waitedSeconds
      error { code message }
    }
  }
}`,
    variables: { tenant: 'contoso', machineIds: ['fin-ws-001.contoso.com'] },
  },
  {
    name: 'Block what the attack talked to: this is done, not tried. The second time nothing is left to do',
    query: `mutation Block($indicators: [NewIndicatorInput!]!) {
  createIndicators(
    input: {
      tenant: "contoso"
      indicators: $indicators
      common: { action: BLOCK, severity: HIGH, title: "BlackPine ransomware", description: "Command and control", generateAlert: true }
    }
  ) {
    results {
      indicatorType
      indicatorValue
      change
      outcome
      indicator { indicatorId createdBy creationTime }
      error { code message }
    }
  }
}`,
    variables: {
      indicators: [
        { indicatorType: 'IP_ADDRESS', indicatorValue: '198.51.100.44' },
        { indicatorType: 'DOMAIN_NAME', indicatorValue: 'cdn.fourth-coffee-files.example' },
      ],
    },
  },
];
