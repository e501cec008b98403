import { indicatorFromMde } from '../../src/entities/indicator-fields.ts';
import { identified } from '../../src/entities/mde-entity.ts';
import { mde } from '../../src/microsoft/mde/index.ts';
import { page } from '../../src/upstream/call.ts';
import { batchDeleteIndicators, importIndicators, submitIndicator } from '../../src/upstream/mde/indicators.ts';
import { tenantNamed } from '../support/tenant.ts';
import type { SampleRow } from './sample-rows.ts';

const tenant = tenantNamed('contoso');
const kind = identified('an indicator', 'indicators');

const groups = { recommendedActions: 'nothing', rbacGroupNames: ['group1', 'group2'] };

const listed = page(mde.listIndicators, {}, kind, { filter: "action eq 'AlertAndBlock'" });

/** The printed examples of custom indicators. Their words of before 2022 are sent as they are printed. */
export const indicatorRows: readonly SampleRow[] = [
  {
    ...{ file: 'mde', key: 'listIndicators.2', name: 'listIndicators.2', operation: listed, pathVaries: true },
    read: (body) => listed.parse(body).items.map((wire) => indicatorFromMde(tenant, wire)),
  },
  {
    ...{ file: 'mde', key: 'submitIndicator', name: 'submitIndicator', pathVaries: true },
    operation: submitIndicator({
      ...{ indicatorValue: '220e7d15b011d7fac48f2bd61114db1022197f7f', indicatorType: 'FileSha1', title: 'test' },
      ...{ application: 'demo-test', expirationTime: '2020-12-12T00:00:00Z', action: 'AlertAndBlock' },
      ...{ severity: 'Informational', description: 'test', ...groups },
    }),
  },
  {
    ...{ file: 'mde', key: 'importIndicators', name: 'importIndicators', pathVaries: true },
    operation: importIndicators([
      {
        ...{ indicatorValue: '220e7d15b011d7fac48f2bd61114db1022197f7f', indicatorType: 'FileSha1', title: 'demo' },
        ...{ application: 'demo-test', expirationTime: '2021-12-12T00:00:00Z', action: 'Alert' },
        ...{ severity: 'Informational', description: 'demo2', ...groups },
      },
      {
        indicatorValue: '2233223322332233223322332233223322332233223322332233223322332222',
        ...{ indicatorType: 'FileSha256', title: 'demo2', application: 'demo-test2', action: 'Alert' },
        ...{ expirationTime: '2021-12-12T00:00:00Z', severity: 'Medium', description: 'demo2' },
        ...{ recommendedActions: 'nothing', rbacGroupNames: [] },
      },
    ]),
    read: (body) => importIndicators([]).parse(body),
  },
  {
    ...{ file: 'mde', key: 'batchDeleteIndicators', name: 'batchDeleteIndicators', pathVaries: true },
    operation: batchDeleteIndicators(['1', '2', '5']),
  },
];
