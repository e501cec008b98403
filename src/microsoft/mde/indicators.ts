import { del, get, operations, post } from '../operation.ts';

/** Custom indicators of compromise. */
export const indicators = operations('mde', {
  /** List active indicators. */
  listIndicators: get('/api/indicators', {
    any: ['Ti.ReadWrite', 'Ti.ReadWrite.All'],
    filter: {
      application: 'text',
      createdByDisplayName: 'text',
      expirationTime: 'time',
      generateAlert: 'flag',
      title: 'text',
      rbacGroupNames: 'list',
      rbacGroupIds: 'list',
      indicatorValue: 'text',
      indicatorType: 'enum',
      creationTimeDateTimeUtc: 'time',
      createdBy: 'text',
      action: 'enum',
      severity: 'enum',
    },
    maxTop: 10000,
    pages: 'skip',
    doc: 'get-ti-indicators-collection.md',
  }),
  /** Create or update one indicator. */
  submitIndicator: post('/api/indicators', {
    any: ['Ti.ReadWrite', 'Ti.ReadWrite.All'],
    body: {
      indicatorValue: 'needed',
      indicatorType: 'needed',
      action: 'needed',
      title: 'needed',
      description: 'needed',
      application: 'optional',
      expirationTime: 'optional',
      severity: 'optional',
      recommendedActions: 'optional',
      rbacGroupNames: 'optional',
      educateUrl: 'optional',
      generateAlert: 'optional',
    },
    doc: 'post-ti-indicator.md',
  }),
  /** Create or update up to 500 indicators. */
  importIndicators: post('/api/indicators/import', {
    any: ['Ti.ReadWrite', 'Ti.ReadWrite.All'],
    quota: { perMinute: 30, perHour: null },
    pages: 'once',
    body: { Indicators: 'needed' },
    doc: 'import-ti-indicators.md',
  }),
  /** Delete one indicator. */
  deleteIndicator: del('/api/indicators/{id}', {
    any: ['Ti.ReadWrite', 'Ti.ReadWrite.All'],
    doc: 'delete-ti-indicator-by-id.md',
  }),
  /** Delete up to 500 indicators. */
  batchDeleteIndicators: post('/api/indicators/BatchDelete', {
    any: ['Ti.ReadWrite', 'Ti.ReadWrite.All'],
    quota: { perMinute: 30, perHour: 1500 },
    body: { IndicatorIds: 'needed' },
    doc: 'batch-delete-ti-indicators.md',
  }),
});
