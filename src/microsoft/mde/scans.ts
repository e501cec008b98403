import { get, operations, patch, post } from '../operation.ts';

/** Authenticated scans of devices without a sensor. */
export const scans = operations('mde', {
  /** List authenticated scan definitions. */
  listScanDefinitions: get('/api/DeviceAuthenticatedScanDefinitions', {
    any: ['Machine.Read.All'],
    delegated: ['Machine.Read.All'],
    pages: 'once',
    doc: 'get-all-scan-definitions.md',
  }),
  /** Add a scan definition. */
  createScanDefinition: post('/api/DeviceAuthenticatedScanDefinitions', {
    any: ['Machine.ReadWrite.All'],
    body: {
      scanType: 'needed',
      scanName: 'needed',
      isActive: 'needed',
      target: 'needed',
      intervalInHours: 'needed',
      targetType: 'needed',
      scannerAgent: 'needed',
      scanAuthenticationParams: 'needed',
    },
    doc: 'add-a-new-scan-definition.md',
  }),
  /** Change a scan definition. */
  updateScanDefinition: patch('/api/DeviceAuthenticatedScanDefinitions/{id}', {
    any: ['Machine.ReadWrite.All'],
    body: {
      scanType: 'optional',
      scanName: 'optional',
      isActive: 'optional',
      target: 'optional',
      intervalInHours: 'optional',
      targetType: 'optional',
      scannerAgent: 'optional',
      scanAuthenticationParams: 'optional',
    },
    doc: 'add-a-new-scan-definition.md',
  }),
  /** Delete scan definitions. */
  batchDeleteScanDefinitions: post('/api/DeviceAuthenticatedScanDefinitions/BatchDelete', {
    any: ['Machine.ReadWrite.All'],
    body: { ScanDefinitionIds: 'needed' },
    doc: 'add-a-new-scan-definition.md',
  }),
  /** List scanner agents. */
  listScanAgents: get('/api/DeviceAuthenticatedScanAgents', {
    any: ['Machine.Read.All'],
    delegated: ['Machine.Read.All'],
    pages: 'once',
    doc: 'get-all-scan-agents.md',
  }),
  /** Read one scanner agent. */
  getScanAgent: get('/api/DeviceAuthenticatedScanAgents/{id}', {
    any: ['Machine.Read.All'],
    delegated: ['Machine.Read.All'],
    missing: 'none',
    doc: 'Get-agent-details.md',
  }),
  /** Scan runs of definitions. */
  getScanHistoryByDefinition: post('/api/DeviceAuthenticatedScanDefinitions/GetScanHistoryByScanDefinitionId', {
    any: ['Machine.Read.All'],
    delegated: ['Machine.Read.All'],
    maxTop: 4096,
    pages: 'skip',
    repeatable: true,
    body: { ScanDefinitionIds: 'needed' },
    doc: 'Get-scan-history-by-definition.md',
  }),
  /** Targets of scan sessions. */
  getScanHistoryBySession: post('/api/DeviceAuthenticatedScanDefinitions/GetScanHistoryBySessionId', {
    any: ['Machine.Read.All'],
    delegated: ['Machine.Read.All'],
    pages: 'once',
    repeatable: true,
    body: { SessionIds: 'needed' },
    doc: 'Get-scan-history-by-session.md',
  }),
});
