import { get, operations, patch, post } from '../operation.ts';

const read = ['SecurityAlert.Read.All', 'SecurityAlert.ReadWrite.All'] as const;
const write = ['SecurityAlert.ReadWrite.All'] as const;

/** All operations on alerts are counted together. https://learn.microsoft.com/graph/throttling-limits#security-service-limits */
const counted = { quotaClass: 'graph.alerts', quota: { perMinute: 150, perHour: null } } as const;

/** Alerts (`alerts_v2`) of all Defender products, their evidence inside. */
export const alerts = operations('graph', {
  /** List alerts, newest first. */
  listAlerts: get('/v1.0/security/alerts_v2', {
    id: 'alerts.list',
    any: read,
    ...counted,
    filter: {
      assignedTo: 'text',
      classification: 'enum',
      determination: 'enum',
      createdDateTime: 'time',
      lastUpdateDateTime: 'time',
      severity: 'enum',
      serviceSource: 'enum',
      status: 'enum',
    },
    counts: true,
    pages: 'link',
    doc: 'security-list-alerts_v2.md',
  }),
  /** Read one alert. */
  getAlert: get('/v1.0/security/alerts_v2/{alertId}', {
    id: 'alerts.get',
    any: read,
    ...counted,
    missing: 'none',
    doc: 'security-alert-get.md',
  }),
  /** Change an alert. */
  updateAlert: patch('/v1.0/security/alerts_v2/{alertId}', {
    id: 'alerts.update',
    any: write,
    ...counted,
    body: { status: 'optional', classification: 'optional', determination: 'optional', assignedTo: 'optional' },
    doc: 'security-alert-update.md',
  }),
  /** Add a comment to an alert. */
  addAlertComment: post('/v1.0/security/alerts_v2/{alertId}/comments', {
    id: 'alerts.comment.create',
    any: write,
    ...counted,
    pages: 'once',
    body: { '@odata.type': 'needed', comment: 'needed' },
    doc: 'security-alert-post-comments.md',
  }),
  /** Move alerts to another incident, or to a new one. */
  moveAlerts: post('/v1.0/security/alerts_v2/moveAlerts', {
    id: 'alerts.move',
    any: ['SecurityData.Manage.All'],
    ...counted,
    body: { alertIds: 'needed', incidentId: 'optional', alertComment: 'optional', newCorrelationReasons: 'optional' },
    doc: 'security-alert-movealerts.md',
    differs: 'the reference was made without the page’s permission table, which names this one alone',
  }),
});
