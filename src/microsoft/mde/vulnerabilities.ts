import { get, noQuota, operations } from '../operation.ts';

/** Vulnerabilities, and which machine has which. */
export const vulnerabilities = operations('mde', {
  /** All CVEs known for the organisation. */
  listVulnerabilities: get('/api/vulnerabilities', {
    any: ['Vulnerability.Read.All'],
    quota: noQuota,
    filter: {
      id: 'text',
      name: 'text',
      description: 'text',
      cvssV3: 'number',
      publishedOn: 'time',
      severity: 'enum',
      updatedOn: 'time',
    },
    maxTop: 8000,
    pages: 'skip',
    doc: 'get-all-vulnerabilities.md',
  }),
  /** Read one CVE. */
  getVulnerability: get('/api/vulnerabilities/{cveId}', {
    any: ['Vulnerability.Read.All'],
    quota: noQuota,
    missing: 'none',
    doc: 'get-vulnerability-by-id.md',
  }),
  /** Machines exposed to a CVE. */
  listVulnerabilityMachines: get('/api/vulnerabilities/{cveId}/machineReferences', {
    any: ['Vulnerability.Read.All'],
    quota: noQuota,
    pages: 'once',
    doc: 'get-machines-by-vulnerability.md',
  }),
  /** One row per machine, software and CVE. */
  listVulnerabilitiesByMachineAndSoftware: get('/api/vulnerabilities/machinesVulnerabilities', {
    any: ['Vulnerability.Read.All'],
    quota: noQuota,
    filter: {
      id: 'text',
      cveId: 'text',
      machineId: 'text',
      fixingKbId: 'text',
      productName: 'text',
      productVersion: 'text',
      severity: 'enum',
      productVendor: 'text',
    },
    maxTop: 10000,
    pages: 'skip',
    doc: 'get-all-vulnerabilities-by-machines.md',
  }),
});
