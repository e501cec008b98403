import { get, noQuota, operations, patch, post } from '../operation.ts';

/** Machines, what is on them, and their tags and value. */
export const machines = operations('mde', {
  /** List machines seen by the service. */
  listMachines: get('/api/machines', {
    any: ['Machine.Read.All', 'Machine.ReadWrite.All'],
    filter: {
      computerDnsName: 'text',
      id: 'text',
      version: 'text',
      deviceValue: 'enum',
      aadDeviceId: 'guid',
      machineTags: 'list',
      lastSeen: 'time',
      exposureLevel: 'enum',
      onboardingStatus: 'enum',
      lastIpAddress: 'text',
      healthStatus: 'enum',
      osPlatform: 'text',
      riskScore: 'enum',
      rbacGroupId: 'number',
    },
    maxTop: 10000,
    pages: 'skip',
    missing: 'none',
    doc: 'get-machines.md',
  }),
  /** Read one machine by device id or computer name. */
  getMachine: get('/api/machines/{id}', {
    any: ['Machine.Read.All', 'Machine.ReadWrite.All'],
    missing: 'none',
    doc: 'get-machine-by-id.md',
  }),
  /** Set tags and device value. */
  updateMachine: patch('/api/machines/{id}', {
    any: ['Machine.ReadWrite.All'],
    body: { machineTags: 'optional', deviceValue: 'optional' },
    doc: 'update-machine-method.md',
  }),
  /** Users that logged on to the machine. */
  listMachineLogonUsers: get('/api/machines/{id}/logonusers', {
    any: ['User.Read.All'],
    pages: 'once',
    missing: 'none',
    doc: 'get-machine-log-on-users.md',
  }),
  /** Alerts raised on the machine. */
  listMachineAlerts: get('/api/machines/{id}/alerts', {
    any: ['Alert.Read.All', 'Alert.ReadWrite.All'],
    odata: ['$filter', '$count'],
    pages: 'once',
    missing: 'none',
    doc: 'get-machine-related-alerts.md',
  }),
  /** Number of alerts of a machine that match a filter. */
  countMachineAlerts: get('/api/machines/{id}/alerts/$count', {
    any: ['Alert.Read.All', 'Alert.ReadWrite.All'],
    quota: noQuota,
    odata: ['$filter'],
    doc: 'exposed-apis-odata-samples.md',
  }),
  /** Software installed on the machine. */
  listMachineSoftware: get('/api/machines/{machineId}/software', {
    any: ['Software.Read.All'],
    quota: noQuota,
    pages: 'once',
    doc: 'get-installed-software.md',
  }),
  /** CVEs found on the machine. */
  listMachineVulnerabilities: get('/api/machines/{machineId}/vulnerabilities', {
    any: ['Vulnerability.Read.All'],
    quota: { perMinute: 50, perHour: 1500 },
    pages: 'once',
    doc: 'get-discovered-vulnerabilities.md',
  }),
  /** Security recommendations for the machine. */
  listMachineRecommendations: get('/api/machines/{machineId}/recommendations', {
    any: ['SecurityRecommendation.Read.All'],
    quota: noQuota,
    pages: 'once',
    doc: 'get-security-recommendations.md',
  }),
  /** Security updates missing on the machine. */
  listMachineMissingKbs: get('/api/machines/{machineId}/getmissingkbs', {
    any: ['Software.Read.All'],
    quota: noQuota,
    pages: 'once',
    doc: 'get-missing-kbs-machine.md',
  }),
  /** Add or remove one tag on one machine. */
  addOrRemoveMachineTags: post('/api/machines/{id}/tags', {
    any: ['Machine.ReadWrite.All'],
    body: { Value: 'needed', Action: 'needed' },
    doc: 'add-or-remove-machine-tags.md',
  }),
  /** Add or remove one tag on up to 500 machines. */
  addOrRemoveTagForMultipleMachines: post('/api/machines/AddOrRemoveTagForMultipleMachines', {
    any: ['Machine.ReadWrite.All'],
    pages: 'once',
    body: { Value: 'needed', Action: 'needed', MachineIds: 'needed' },
    doc: 'add-or-remove-multiple-machine-tags.md',
  }),
  /** Machines that reported an internal IP within 15 minutes around a time. */
  findMachinesByIp: get("/api/machines/findbyip(ip='{ip}',timestamp={timestamp})", {
    any: ['Machine.Read.All', 'Machine.ReadWrite.All'],
    pages: 'once',
    doc: 'find-machines-by-ip.md',
  }),
  /** Older form of the search by internal IP. */
  findMachineInfoByIp: get("/api/machines/find(timestamp={timestamp},key='{ip}')", {
    any: ['Machine.Read.All', 'Machine.ReadWrite.All'],
    quota: noQuota,
    pages: 'once',
    missing: 'none',
    doc: 'find-machine-info-by-ip.md',
  }),
  /** Machines that carry a tag. */
  findMachinesByTag: get('/api/machines/findbytag', {
    any: ['Machine.Read.All', 'Machine.ReadWrite.All'],
    query: ['tag', 'useStartsWithFilter'],
    pages: 'once',
    doc: 'find-machines-by-tag.md',
  }),
  /** Set the value (importance) of a machine. */
  setDeviceValue: post('/api/machines/{machineId}/setDeviceValue', {
    any: ['Machine.ReadWrite.All'],
    body: { DeviceValue: 'needed' },
    doc: 'set-device-value.md',
  }),
});
