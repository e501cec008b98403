/** The page that a front end opens with. */
export const incidentPageQuery = `query IncidentPage {
  incidents(tenants: ["contoso"], first: 50) {
    nodes {
      incidentId
      title
      severity
      status
      assignedTo
      createdAt
      updatedAt
      alerts(first: 50) {
        nodes {
          alertId
          title
          severity
          status
          category
          createdAt
          updatedAt
          evidence {
            __typename
            ... on DeviceEvidence { deviceDnsName machine { ...Machine } }
            ... on ProcessEvidence { processCommandLine machine { ...Machine } }
            ... on UserEvidence { userAccount { accountName userPrincipalName } }
            ... on FileEvidence { fileDetails { fileName sha1 } }
            ... on IpEvidence { ipAddress }
            ... on UrlEvidence { url }
          }
        }
      }
    }
    failures { code }
    pageInfo { hasNextPage }
  }
}
fragment Machine on Machine { machineId computerDnsName osPlatform riskScore healthStatus lastSeen }`;

/** A look-up that leads to one machine and nothing else. */
export const machineQuery = `query Machine($id: ID!) {
  machine(tenant: "contoso", machineId: $id) { machineId computerDnsName riskScore }
}`;

/** A page of 1,000 rows. */
export const machinesQuery = `query Machines {
  machines(tenants: ["contoso"], first: 1000) {
    nodes { computerDnsName osPlatform riskScore healthStatus lastSeen } failures { code }
  }
}`;

/** All rows of one tenant. */
export const huntQuery = `query Hunt($maxRows: Int!) {
  hunt(input: { query: "DeviceProcessEvents", tenants: ["contoso"], maxRows: $maxRows }) { columns { name type } rows rowCount }
}`;

/** What the demo suggests to ask first, over all tenants. */
export const firstIncidentsQuery = `{ incidents(first: 3) { nodes { title } failures { code } } }`;
