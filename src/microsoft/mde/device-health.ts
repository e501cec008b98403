import { get, operations } from '../operation.ts';

/** State of the antivirus, machine by machine. */
export const deviceHealth = operations('mde', {
  /** Antivirus health per device. */
  listDeviceAvInfo: get('/api/deviceavinfo', {
    any: ['Machine.Read.All'],
    quota: { perMinute: 30, perHour: 1000 },
    filter: {
      machineId: 'text',
      computerDnsName: 'text',
      osKind: 'enum',
      osPlatform: 'text',
      osVersion: 'text',
      avMode: 'enum',
      avSignatureVersion: 'text',
      avEngineVersion: 'text',
      avPlatformVersion: 'text',
      quickScanResult: 'enum',
      quickScanError: 'text',
      fullScanResult: 'enum',
      fullScanError: 'text',
      avIsSignatureUpToDate: 'enum',
      avIsEngineUpToDate: 'enum',
      avIsPlatformUpToDate: 'enum',
      rbacGroupId: 'number',
    },
    maxTop: 10000,
    odata: ['$skip'],
    pages: 'link',
    doc: 'device-health-export-antivirus-health-report-api.md',
  }),
});
