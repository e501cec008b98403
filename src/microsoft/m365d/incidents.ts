import { get, operations, patch } from '../operation.ts';

const read = ['Incident.Read.All', 'Incident.ReadWrite.All'] as const;

/** Incidents with their alerts, devices and entities inside. */
export const incidents = operations('m365d', {
  /** List incidents, newest first. */
  listIncidents: get('/api/incidents', {
    any: read,
    filter: { lastUpdateTime: 'time', createdTime: 'time', status: 'enum', assignedTo: 'text' },
    maxTop: 100,
    pages: 'skip',
    doc: 'api-list-incidents.md',
  }),
  /** Read one incident. */
  getIncident: get('/api/incidents/{id}', {
    any: read,
    quota: { perMinute: 100, perHour: 1500 },
    missing: 'none',
    doc: 'api-get-incident.md',
  }),
  /** Change an incident. */
  updateIncident: patch('/api/incidents/{id}', {
    any: ['Incident.ReadWrite.All'],
    body: {
      status: 'optional',
      assignedTo: 'optional',
      classification: 'optional',
      determination: 'optional',
      tags: 'optional',
      comment: 'optional',
    },
    doc: 'api-update-incidents.md',
  }),
});
