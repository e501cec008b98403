import { type Permission, permissionSubjects } from '../../access/roles.ts';
import type { Example, RoleExample } from './page.ts';

/**
 * An example for callers who may run it. In its variables `{tenant}` stands for the name of a tenant where they may, and a list of
 * `{tenants}` for the names of all of these.
 */
interface RoleExampleRow extends Example {
  /** What it needs, all in one tenant; nothing: it is for everybody. */
  readonly needs: readonly Permission[];
}

const rows = [
  {
    name: 'Who you are here, and what each of your roles allows where.',
    needs: [],
    query: `query Me {
  viewer {
    name
    kind
    roles
    grants { role permissions tenants { name } machineGroups machineTags }
  }
}`,
  },
  {
    name: 'Your tenants: what works in each, through which API, and what is missing.',
    needs: ['tenant:read'],
    query: `query Tenants {
  tenants {
    name
    cloud
    tags
    capabilities { name available api missingPermissions }
  }
}`,
  },
  {
    name: 'Open incidents of your tenants, with their alerts.',
    needs: ['incident:read', 'alert:read'],
    query: `query OpenIncidents($tenants: [String!]) {
  incidents(tenants: $tenants, first: 10, filter: { status: [ACTIVE, IN_PROGRESS] }) {
    nodes {
      incidentId
      title
      severity
      status
      assignedTo
      createdAt
      tenant { name }
      alerts(first: 3) { nodes { title category mitreTechniques } }
    }
    failures { tenant { name } code message }
    pageInfo { hasNextPage endCursor }
  }
}`,
    variables: { tenants: ['{tenants}'] },
  },
  {
    name: 'New alerts of high severity, and their machines.',
    needs: ['alert:read', 'machine:read'],
    query: `query NewAlerts($tenants: [String!]) {
  alerts(tenants: $tenants, first: 10, filter: { severity: [HIGH], status: [NEW] }) {
    nodes {
      alertId
      title
      createdAt
      tenant { name }
      machine { machineId computerDnsName riskScore isolationState }
    }
    failures { tenant { name } code message }
  }
}`,
    variables: { tenants: ['{tenants}'] },
  },
  {
    name: 'Machines at risk. Each has pages of its own: ask for alerts, vulnerabilities, logonUsers ...',
    needs: ['machine:read'],
    query: `query Machines($tenants: [String!]) {
  machines(tenants: $tenants, first: 10, filter: { riskScore: [HIGH, MEDIUM] }) {
    nodes {
      machineId
      computerDnsName
      osPlatform
      riskScore
      healthStatus
      lastSeen
      tenant { name }
    }
    failures { tenant { name } code message }
    pageInfo { hasNextPage endCursor }
  }
}`,
    variables: { tenants: ['{tenants}'] },
  },
  {
    name: 'Hunt over your tenants at once.',
    needs: ['hunt:raw'],
    query: `query Hunt($tenants: [String!], $process: String!) {
  hunt(
    input: {
      tenants: $tenants
      timespan: "P7D"
      parameters: [{ name: "process", string: $process }]
      query: """
      DeviceProcessEvents
      | where FileName =~ process
      | project Timestamp, DeviceName, AccountName, ProcessCommandLine
      | order by Timestamp desc
      | take 20
      """
    }
  ) {
    tenants { tenant { name } status rowCount error { code message } }
    rows
  }
}`,
    variables: { tenants: ['{tenants}'], process: 'powershell.exe' },
  },
  {
    name: 'The worst weaknesses of your tenants.',
    needs: ['vulnerability:read'],
    query: `query Weaknesses($tenants: [String!]) {
  vulnerabilities(
    tenants: $tenants
    first: 10
    filter: { severity: [CRITICAL] }
    orderBy: { field: EXPOSED_MACHINES }
  ) {
    nodes { cveId name publicExploit exposedMachines tenant { name } }
    failures { tenant { name } code message }
  }
}`,
    variables: { tenants: ['{tenants}'] },
  },
  {
    name: 'Indicators that block or audit something in one tenant.',
    needs: ['indicator:read'],
    query: `query Indicators($tenant: String!) {
  indicators(tenants: [$tenant], first: 10) {
    nodes { indicatorType indicatorValue action title createdBy expirationTime }
    failures { tenant { name } code message }
  }
}`,
    variables: { tenant: '{tenant}' },
  },
  {
    name: 'Take an incident: put its id and your user name into the variables. With dryRun it shows what would be done.',
    needs: ['incident:read', 'incident:write'],
    query: `mutation TakeIncident($tenant: String!, $incidentIds: [ID!]!, $me: String!, $dryRun: Boolean!) {
  updateIncidents(
    input: {
      tenant: $tenant
      incidentIds: $incidentIds
      assignedTo: $me
      status: IN_PROGRESS
      dryRun: $dryRun
    }
  ) {
    results { incidentId outcome changes { field from to } error { code message } }
  }
}`,
    variables: { tenant: '{tenant}', incidentIds: ['INCIDENT-ID'], me: 'YOU@EXAMPLE.COM', dryRun: true },
  },
  {
    name: 'Isolate a machine and watch it for a minute: put its id or DNS name into the variables. With dryRun it shows what would be done.',
    needs: ['machine:read', 'machine:isolate'],
    query: `mutation Isolate($tenant: String!, $machineIds: [ID!]!, $comment: String!, $dryRun: Boolean!) {
  isolateMachines(
    input: {
      tenant: $tenant
      machineIds: $machineIds
      comment: $comment
      waitSeconds: 60
      dryRun: $dryRun
    }
  ) {
    results {
      machine { computerDnsName riskScore isolationState }
      outcome
      action { actionId status }
      error { code message }
    }
  }
}`,
    variables: { tenant: '{tenant}', machineIds: ['MACHINE'], comment: 'Why', dryRun: true },
  },
  {
    name: 'What waits for the agreement of a second person.',
    needs: ['action:approve'],
    query: `query WaitingApprovals($tenants: [String!]) {
  approvals(tenants: $tenants, state: [PENDING]) {
    nodes { approvalId mutation targets requestedBy requestedAt expiresAt tenant { name } }
  }
}`,
    variables: { tenants: ['{tenants}'] },
  },
  {
    name: 'Who did what: the latest of the audit log.',
    needs: ['audit:read'],
    query: `query AuditLog($tenants: [String!]) {
  auditLog(tenants: $tenants, first: 20) {
    nodes { at callerName mutation tenant target outcome errorCode }
  }
}`,
    variables: { tenants: ['{tenants}'] },
  },
] as const satisfies readonly RoleExampleRow[];

/** In the order of a day; the page shows those that its caller may run. */
export const roleExamples: readonly RoleExample[] = rows.map(({ needs, ...example }) => ({
  ...example,
  needs: needs.map((permission) => ({ permission, ofWholeTenant: permissionSubjects[permission] === 'tenant' })),
}));
