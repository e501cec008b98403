import { get, operations } from '../operation.ts';

/** What is known of files, domains, addresses and users. */
export const lookups = operations('mde', {
  /** Alerts tied to a domain. */
  listDomainAlerts: get('/api/domains/{domain}/alerts', {
    any: ['Alert.Read.All', 'Alert.ReadWrite.All'],
    pages: 'once',
    doc: 'get-domain-related-alerts.md',
  }),
  /** Machines that talked to a domain. */
  listDomainMachines: get('/api/domains/{domain}/machines', {
    any: ['Machine.Read.All', 'Machine.ReadWrite.All'],
    pages: 'once',
    doc: 'get-domain-related-machines.md',
  }),
  /** Prevalence of a domain in the organisation. */
  getDomainStatistics: get('/api/domains/{domain}/stats', {
    any: ['URL.Read.All'],
    query: ['lookBackHours'],
    doc: 'get-domain-statistics.md',
  }),
  /** Read a file by SHA-1 or SHA-256. */
  getFile: get('/api/files/{hash}', { any: ['File.Read.All'], missing: 'none', doc: 'get-file-information.md' }),
  /** Alerts tied to a file. */
  listFileAlerts: get('/api/files/{sha1}/alerts', {
    any: ['Alert.Read.All', 'Alert.ReadWrite.All'],
    pages: 'once',
    doc: 'get-file-related-alerts.md',
  }),
  /** Machines that saw a file. */
  listFileMachines: get('/api/files/{sha1}/machines', {
    any: ['Machine.Read.All', 'Machine.ReadWrite.All'],
    pages: 'once',
    doc: 'get-file-related-machines.md',
  }),
  /** Prevalence of a file. */
  getFileStatistics: get('/api/files/{hash}/stats', {
    any: ['File.Read.All'],
    query: ['lookBackHours'],
    missing: 'none',
    doc: 'get-file-statistics.md',
  }),
  /** Alerts tied to an IP. */
  listIpAlerts: get('/api/ips/{ip}/alerts', {
    any: ['Alert.Read.All', 'Alert.ReadWrite.All'],
    pages: 'once',
    doc: 'get-ip-related-alerts.md',
  }),
  /** Prevalence of an IP in the organisation. */
  getIpStatistics: get('/api/ips/{ip}/stats', {
    any: ['Ip.Read.All'],
    query: ['lookBackHours'],
    doc: 'get-ip-statistics.md',
  }),
  /** Alerts tied to a user. */
  listUserAlerts: get('/api/users/{userName}/alerts', {
    any: ['Alert.Read.All', 'Alert.ReadWrite.All'],
    pages: 'once',
    doc: 'get-user-related-alerts.md',
  }),
  /** Machines a user logged on to. */
  listUserMachines: get('/api/users/{userName}/machines', {
    any: ['Machine.Read.All', 'Machine.ReadWrite.All'],
    pages: 'once',
    doc: 'get-user-related-machines.md',
  }),
});
