import { get, operations, patch, post } from '../operation.ts';

/** Alerts, what is inside them, and their triage. */
export const alerts = operations('mde', {
  /** List alerts; can include evidence in the same call. */
  listAlerts: get('/api/alerts', {
    any: ['Alert.Read.All', 'Alert.ReadWrite.All'],
    filter: {
      alertCreationTime: 'time',
      lastUpdateTime: 'time',
      incidentId: 'number',
      InvestigationId: 'number',
      id: 'text',
      assignedTo: 'text',
      detectionSource: 'text',
      lastEventTime: 'time',
      status: 'enum',
      severity: 'enum',
      category: 'text',
    },
    maxTop: 10000,
    expand: ['evidence'],
    pages: 'skip',
    doc: 'get-alerts.md',
  }),
  /** Read one alert. */
  getAlert: get('/api/alerts/{id}', {
    any: ['Alert.Read.All', 'Alert.ReadWrite.All'],
    missing: 'none',
    doc: 'get-alert-info-by-id.md',
  }),
  /** Change status, owner, classification, determination or add a comment. */
  updateAlert: patch('/api/alerts/{id}', {
    any: ['Alert.ReadWrite.All'],
    body: {
      status: 'optional',
      assignedTo: 'optional',
      classification: 'optional',
      determination: 'optional',
      comment: 'optional',
    },
    doc: 'update-alert.md',
  }),
  /** Apply the same change to many alerts. */
  batchUpdateAlerts: post('/api/alerts/batchUpdate', {
    any: ['Alert.ReadWrite.All'],
    quota: { perMinute: 10, perHour: 500 },
    body: {
      alertIds: 'needed',
      status: 'optional',
      assignedTo: 'optional',
      classification: 'optional',
      determination: 'optional',
      comment: 'optional',
    },
    doc: 'batch-update-alerts.md',
  }),
  /** Create an alert on top of an event found by hunting. */
  createAlertByReference: post('/api/alerts/CreateAlertByReference', {
    any: ['Alert.ReadWrite.All'],
    quota: { perMinute: 15, perHour: null },
    body: {
      eventTime: 'needed',
      reportId: 'needed',
      machineId: 'needed',
      severity: 'needed',
      title: 'needed',
      description: 'needed',
      recommendedAction: 'needed',
      category: 'needed',
    },
    doc: 'create-alert-by-reference.md',
  }),
  /** Domains tied to an alert. */
  listAlertDomains: get('/api/alerts/{id}/domains', {
    any: ['URL.Read.All'],
    pages: 'once',
    missing: 'none',
    doc: 'get-alert-related-domain-info.md',
  }),
  /** Files tied to an alert. */
  listAlertFiles: get('/api/alerts/{id}/files', {
    any: ['File.Read.All'],
    pages: 'once',
    missing: 'none',
    doc: 'get-alert-related-files-info.md',
  }),
  /** IP addresses tied to an alert. */
  listAlertIps: get('/api/alerts/{id}/ips', {
    any: ['Ip.Read.All'],
    pages: 'once',
    missing: 'none',
    doc: 'get-alert-related-ip-info.md',
  }),
  /** Machine of an alert. */
  getAlertMachine: get('/api/alerts/{id}/machine', {
    any: ['Machine.Read.All', 'Machine.ReadWrite.All'],
    missing: 'none',
    doc: 'get-alert-related-machine-info.md',
  }),
  /** User of an alert. */
  getAlertUser: get('/api/alerts/{id}/user', {
    any: ['User.Read.All'],
    missing: 'none',
    doc: 'get-alert-related-user-info.md',
  }),
});
