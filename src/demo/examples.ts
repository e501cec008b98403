import type { Example } from '../server/graphiql/page.ts';

/** The worked examples of GraphiQL, on the demo's tenants. Each is run by a test. */
export const examples: readonly Example[] = [
  {
    name: 'One question, three tenants in three clouds: incidents, their alerts, evidence and machines',
    query: `query Incidents {
  incidents(first: 5, filter: { severity: [HIGH, MEDIUM] }) {
    nodes {
      incidentId
      title
      severity
      status
      tenant { name cloud }
      source
      alerts(first: 3) {
        nodes {
          title
          category
          mitreTechniques
          evidence {
            __typename
            ... on DeviceEvidence { deviceDnsName machine { machineId riskScore healthStatus } }
            ... on UserEvidence { userAccount { userPrincipalName } }
            ... on ProcessEvidence { processCommandLine }
            ... on FileEvidence { fileDetails { fileName sha1 } }
          }
        }
      }
    }
    failures { tenant { name } code message missingPermissions }
    pageInfo { hasNextPage endCursor }
  }
}`,
  },
  {
    name: 'The first page of who looks after many tenants: what is open, what nobody works on, how the machines are',
    query: `query Overview {
  open: incidentCounts(by: SEVERITY, filter: { status: [ACTIVE, IN_PROGRESS] }, perTenant: true) { ...Numbers }
  unassigned: incidentCounts(by: SEVERITY, filter: { status: [ACTIVE], unassigned: true }, perTenant: true) { ...Numbers }
  health: machineCounts(by: HEALTH_STATUS, perTenant: true) { ...Numbers }
  exposure: machineCounts(by: EXPOSURE_LEVEL, perTenant: true) { ...Numbers }
  tenants { name exposureScore { score } }
}
fragment Numbers on Counts {
  total
  rows { tenant { name } key count atLeast }
  failures { tenant { name } code message }
  truncationReason
}`,
  },
  {
    name: 'What works in each tenant, through which API, and what is missing',
    query: `query Capabilities {
  tenants {
    name
    cloud
    capabilities { name available api missingPermissions }
  }
}`,
  },
  {
    name: 'Machines at risk, over all tenants',
    query: `query Machines {
  machines(first: 10, filter: { riskScore: [HIGH, MEDIUM], healthStatus: [ACTIVE] }, orderBy: { field: RISK_SCORE }) {
    nodes {
      machineId
      computerDnsName
      osPlatform
      riskScore
      exposureLevel
      lastSeen
      machineTags
      tenant { name }
    }
  }
}`,
  },
  {
    name: 'The worst weaknesses over all tenants: the machines that have them, through what, and what mends them',
    query: `query Weaknesses {
  vulnerabilities(first: 5, filter: { severity: [CRITICAL, HIGH] }, orderBy: { field: EXPOSED_MACHINES }) {
    nodes {
      cveId
      severity
      cvssV3
      publicExploit
      exposedMachines
      tenant { name }
      software { nodes { softwareId } }
      machines(first: 3) {
        nodes { computerDnsName missingKbs(first: 5) { nodes { kbId url } } }
        pageInfo { hasNextPage }
      }
    }
    failures { tenant { name } code message missingPermissions }
  }
}`,
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
    name: 'Hunt over every tenant at once',
    query: `query Hunt($query: String!) {
  hunt(input: { query: $query }) {
    columns { name type }
    rows
    rowCount
    tenants { tenant { name } status source rowCount error { code message } }
  }
}`,
    variables: {
      query:
        'DeviceProcessEvents\n| where FileName =~ "powershell.exe"\n| project Timestamp, DeviceName, FileName, ProcessCommandLine\n| order by Timestamp desc\n| take 5',
    },
  },
  {
    name: 'Isolate a machine and watch it finish. Machines go by id or DNS name; take dryRun away to act',
    query: `mutation Isolate($machineIds: [ID!]!) {
  isolateMachines(
    input: { tenant: "contoso", machineIds: $machineIds, comment: "Suspected ransomware", waitSeconds: 30, dryRun: true }
  ) {
    dryRun
    results {
      machine { computerDnsName riskScore }
      action { actionId type status }
      alreadyUnderWay
      error { code message }
    }
  }
}`,
    variables: { machineIds: ['fin-ws-001.contoso.com'] },
  },
];
