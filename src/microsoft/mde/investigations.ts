import { get, operations, post } from '../operation.ts';

/** Automated investigations. */
export const investigations = operations('mde', {
  /** List automated investigations. */
  listInvestigations: get('/api/investigations', {
    any: ['Alert.Read.All', 'Alert.ReadWrite.All'],
    filter: { startTime: 'time', id: 'text', state: 'enum', machineId: 'text', triggeringAlertId: 'text' },
    maxTop: 10000,
    pages: 'skip',
    doc: 'get-investigation-collection.md',
  }),
  /** Read one investigation. */
  getInvestigation: get('/api/investigations/{id}', {
    any: ['Alert.Read.All', 'Alert.ReadWrite.All'],
    missing: 'none',
    doc: 'get-investigation-object.md',
  }),
  /** Start an automated investigation on a device. */
  startInvestigation: post('/api/machines/{id}/startInvestigation', {
    any: ['Alert.ReadWrite.All'],
    quota: { perMinute: null, perHour: 50 },
    body: { Comment: 'needed' },
    doc: 'initiate-autoir-investigation.md',
  }),
});
