import { get, noQuota, operations } from '../operation.ts';

/** Software inventory. */
export const software = operations('mde', {
  /** Software inventory of the organisation. */
  listSoftware: get('/api/Software', {
    any: ['Software.Read.All'],
    quota: noQuota,
    filter: { id: 'text', name: 'text', vendor: 'text' },
    maxTop: 10000,
    pages: 'skip',
    doc: 'get-software.md',
  }),
  /** Read one software product. */
  getSoftware: get('/api/Software/{id}', {
    any: ['Software.Read.All'],
    quota: noQuota,
    missing: 'none',
    doc: 'get-software-by-id.md',
  }),
  /** Installations per version. */
  listSoftwareVersionDistribution: get('/api/Software/{id}/distributions', {
    any: ['Software.Read.All'],
    quota: noQuota,
    pages: 'once',
    doc: 'get-software-ver-distribution.md',
  }),
  /** Machines that have the software. */
  listSoftwareMachines: get('/api/Software/{id}/machineReferences', {
    any: ['Software.Read.All'],
    quota: noQuota,
    pages: 'once',
    doc: 'get-machines-by-software.md',
  }),
  /** CVEs of a software product. */
  listSoftwareVulnerabilities: get('/api/Software/{id}/vulnerabilities', {
    any: ['Vulnerability.Read.All'],
    quota: noQuota,
    pages: 'once',
    doc: 'get-vuln-by-software.md',
  }),
  /** Security updates missing for a product. */
  listSoftwareMissingKbs: get('/api/Software/{id}/getmissingkbs', {
    any: ['Software.Read.All'],
    quota: noQuota,
    pages: 'once',
    doc: 'get-missing-kbs-software.md',
  }),
});
