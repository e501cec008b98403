import type { Example } from '../server/graphiql/page.ts';

/** How the day begins: over all tenants. */
export const morning: readonly Example[] = [
  {
    name: 'Start of the shift: what is open, what nobody works on, how the machines are',
    query: `query Overview {
  open: incidentCounts(
    by: SEVERITY
    filter: { status: [ACTIVE, IN_PROGRESS] }
  ) { ...Numbers }
  unassigned: incidentCounts(
    by: SEVERITY
    filter: { status: [ACTIVE], unassigned: true }
  ) { ...Numbers }
  health: machineCounts(by: HEALTH_STATUS) {
    ...Numbers
  }
  exposure: machineCounts(by: EXPOSURE_LEVEL) {
    ...Numbers
  }
  tenants { name exposureScore { score } }
}
fragment Numbers on Counts {
  rows { key count }
  tenants { tenant { name } total }
  failures { tenant { name } code message }
  truncationReason
}`,
  },
  {
    name: 'One question, three tenants in three clouds: incidents, their alerts, evidence and machines',
    query: `query Incidents {
  incidents(first: 5, filter: { severity: [HIGH, MEDIUM] }) {
    nodes {
      incidentId
      title
      severity
      status
      assignedTo
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
    name: 'The handover: what colleagues wrote about one attack, and what they did on machines and blocked',
    query: `query Handover($tenant: String!, $story: String!, $colleague: String!) {
  incidents(tenants: [$tenant], first: 3, filter: { titleContains: $story }) {
    nodes {
      title
      status
      assignedTo
      classification
      comments { createdAt author text }
      alerts(first: 10) { nodes { createdAt title status machine { computerDnsName } } }
    }
  }
  machineActions(tenants: [$tenant], first: 10, filter: { requestor: $colleague }) {
    nodes { createdAt type status requestorComment machine { computerDnsName isolationState } }
  }
  indicators(tenants: [$tenant], first: 5, filter: { createdBy: $colleague }) {
    nodes { creationTime action indicatorType indicatorValue title }
  }
}`,
    variables: { tenant: 'contoso', story: 'BlackPine', colleague: 'tier2@contoso.com' },
  },
];

/** What is looked after when nothing burns. */
export const closing: readonly Example[] = [
  {
    name: 'How far the tenants are from a set of indicators: one kept it, one was changed by hand, one lost it',
    query: `query Drift($input: PlanIndicatorsInput!) {
  planIndicators(input: $input) {
    tenant { name }
    added
    changed
    removed
    unchanged
    changes(first: 10) { kind indicatorType indicatorValue changes { field from to } }
    error { code message }
  }
}`,
    variables: {
      input: {
        set: 'sector-feed',
        prune: true,
        common: { description: 'Added by the security team: Remote tool seen in ransomware cases', severity: 'MEDIUM' },
        indicators: [
          {
            indicatorType: 'FILE_SHA256',
            indicatorValue: '77db01953983a3106a81179519ec24e1863d4867b2ebd94c0fabe5ae30d6c4f9',
            action: 'AUDIT',
            title: 'Remote tool seen in ransomware cases',
            generateAlert: true,
          },
          {
            indicatorType: 'DOMAIN_NAME',
            indicatorValue: 'updates-northwind.example',
            action: 'BLOCK',
            title: 'Update page of the remote tool',
            generateAlert: true,
          },
        ],
      },
    },
  },
  {
    name: 'The worst weaknesses over all tenants: the machines that have them, what fixes them, and how far that work is',
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
  remediationTasks(first: 6) {
    nodes { title status priority dueOn fixedDevices targetDevices tenant { name } }
  }
}`,
  },
  {
    name: 'Devices that nobody watches: without a sensor, excluded, merged; and antivirus that is out of date',
    query: `query Blind {
  discovered: machines(first: 20, filter: { onboardingStatus: [CAN_BE_ONBOARDED, UNSUPPORTED, INSUFFICIENT_INFO] }) {
    nodes { computerDnsName osPlatform osVersion: version onboardingStatus lastIpAddress tenant { name } }
  }
  excluded: machines(first: 10, filter: { isExcluded: true }) {
    nodes { computerDnsName exclusionReason lastSeen mergedInto { computerDnsName } tenant { name } }
  }
  phones: machines(first: 10, filter: { osPlatform: ["iOS", "Android"] }) {
    nodes { computerDnsName version exposureLevel tenant { name } }
  }
  antivirusHealth(first: 5, filter: { avIsSignatureUpToDate: [OUT_OF_DATE] }) {
    nodes { computerDnsName avMode avSignatureVersion avSignatureUpdateTime quickScanResult tenant { name } }
  }
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
];
