import { get, noQuota, operations } from '../operation.ts';

/** Remediation activities. */
export const remediation = operations('mde', {
  /** All remediation activities. */
  listRemediationTasks: get('/api/remediationTasks', {
    any: ['RemediationTasks.Read.All'],
    quota: noQuota,
    filter: { createdOn: 'time', status: 'enum' },
    maxTop: 10000,
    pages: 'skip',
    doc: 'get-remediation-all-activities.md',
  }),
  /** Read one remediation activity. */
  getRemediationTask: get('/api/remediationTasks/{id}', {
    any: ['RemediationTasks.Read.All'],
    quota: noQuota,
    missing: 'none',
    doc: 'get-remediation-one-activity.md',
  }),
  /** Machines exposed for a remediation activity. */
  listRemediationTaskMachines: get('/api/remediationTasks/{id}/machineReferences', {
    any: ['RemediationTasks.Read.All'],
    quota: noQuota,
    pages: 'once',
    doc: 'get-remediation-exposed-devices-activities.md',
  }),
});
