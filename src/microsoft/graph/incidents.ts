import { get, operations, patch, post } from '../operation.ts';

const read = ['SecurityIncident.Read.All', 'SecurityIncident.ReadWrite.All'] as const;
const write = ['SecurityIncident.ReadWrite.All'] as const;

/** Their pages print no limit of calls: as of alerts, by themselves, until Microsoft says another. */
const counted = {
  quotaClass: 'graph.incidents',
  quota: { perMinute: 150, perHour: null },
  differs: 'no page prints a quota of incidents: it is taken as that of alerts',
} as const;

/** Incidents of all Defender products. */
export const incidents = operations('graph', {
  /** List incidents, newest first. */
  listIncidents: get('/v1.0/security/incidents', {
    id: 'incidents.list',
    any: read,
    ...counted,
    filter: {
      assignedTo: 'text',
      classification: 'enum',
      createdDateTime: 'time',
      determination: 'enum',
      lastUpdateDateTime: 'time',
      severity: 'enum',
      status: 'enum',
    },
    expand: ['alerts'],
    counts: true,
    pages: 'link',
    doc: 'security-list-incidents.md',
  }),
  /** Read one incident; a merged one names the incident that it went into. */
  getIncident: get('/v1.0/security/incidents/{incidentId}', {
    id: 'incidents.get',
    any: read,
    ...counted,
    expand: ['alerts'],
    missing: 'none',
    doc: 'security-incident-get.md',
  }),
  /** Change an incident. */
  updateIncident: patch('/v1.0/security/incidents/{incidentId}', {
    id: 'incidents.update',
    any: write,
    ...counted,
    body: {
      assignedTo: 'optional',
      classification: 'optional',
      determination: 'optional',
      status: 'optional',
      customTags: 'optional',
    },
    doc: 'security-incident-update.md',
  }),
  /** Add a comment to an incident. */
  addIncidentComment: post('/v1.0/security/incidents/{incidentId}/comments', {
    id: 'incidents.comment.create',
    any: write,
    ...counted,
    pages: 'once',
    body: { '@odata.type': 'needed', comment: 'needed' },
    doc: 'security-incident-post-comments.md',
  }),
  /** Merge incidents into one; the others are then redirected to it. */
  mergeIncidents: post('/v1.0/security/incidents/mergeIncidents', {
    id: 'incidents.merge',
    any: ['SecurityData.Manage.All'],
    ...counted,
    body: { incidentIds: 'needed', incidentComment: 'optional', mergeReasons: 'optional' },
    doc: 'security-incident-mergeincidents.md',
    differs: 'the reference was made without the page’s permission table, which names this one alone',
  }),
});
