import { get, noQuota, operations } from '../operation.ts';

/** Exposure and secure scores, of the tenant and of its machine groups. */
export const scores = operations('mde', {
  /** Exposure score of the organisation. */
  getExposureScore: get('/api/exposureScore', {
    any: ['Score.Read.All'],
    quota: noQuota,
    doc: 'get-exposure-score.md',
  }),
  /** Exposure score per machine group. */
  listExposureScoreByMachineGroups: get('/api/exposureScore/ByMachineGroups', {
    any: ['Score.Read.All'],
    quota: noQuota,
    pages: 'once',
    doc: 'get-machine-group-exposure-score.md',
  }),
  /** Microsoft Secure Score for Devices. */
  getDeviceSecureScore: get('/api/configurationScore', {
    any: ['Score.Read.All'],
    quota: noQuota,
    doc: 'get-device-secure-score.md',
  }),
});
