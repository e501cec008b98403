import { get, noQuota, operations } from '../operation.ts';

/** Security recommendations. */
export const recommendations = operations('mde', {
  /** All security recommendations. */
  listRecommendations: get('/api/recommendations', {
    any: ['SecurityRecommendation.Read.All'],
    quota: noQuota,
    filter: {
      id: 'text',
      productName: 'text',
      vendor: 'text',
      recommendedVersion: 'text',
      recommendationCategory: 'enum',
      subCategory: 'text',
      severityScore: 'number',
      remediationType: 'enum',
      recommendedProgram: 'text',
      recommendedVendor: 'text',
      status: 'enum',
    },
    maxTop: 10000,
    pages: 'skip',
    doc: 'get-all-recommendations.md',
  }),
  /** Read one recommendation. */
  getRecommendation: get('/api/recommendations/{id}', {
    any: ['SecurityRecommendation.Read.All'],
    quota: noQuota,
    missing: 'none',
    doc: 'get-recommendation-by-id.md',
  }),
  /** Software of a recommendation; a setting has none. */
  getRecommendationSoftware: get('/api/recommendations/{id}/software', {
    any: ['Software.Read.All'],
    delegated: ['SecurityRecommendation.Read'],
    quota: noQuota,
    missing: 'none',
    doc: 'list-recommendation-software.md',
  }),
  /** Machines a recommendation applies to. */
  listRecommendationMachines: get('/api/recommendations/{id}/machineReferences', {
    any: ['SecurityRecommendation.Read.All'],
    quota: noQuota,
    pages: 'once',
    doc: 'get-recommendation-machines.md',
  }),
  /** CVEs behind a recommendation. */
  listRecommendationVulnerabilities: get('/api/recommendations/{id}/vulnerabilities', {
    any: ['Vulnerability.Read.All'],
    quota: noQuota,
    pages: 'once',
    doc: 'get-recommendation-vulnerabilities.md',
  }),
});
