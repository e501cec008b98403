import { type AssessmentRow, assessments } from '../../src/exports/assessments.ts';
import { readPageText } from '../../src/exports/page-text.ts';
import { rowsOf } from '../../src/exports/wire-rows.ts';
import { type Fields, readFields } from '../../src/unification/fields.ts';
import { call } from '../../src/upstream/call.ts';
import { isRecord } from '../../src/upstream/http/shape.ts';
import type { SampleRow } from './sample-rows.ts';

/** The parameters that the printed requests have. */
const asked: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  exportSecureConfiguration: { pageSize: 5 },
  exportSoftwareInventory: { pageSize: 5, sinceTime: '2021-05-19T18:35:49.924Z' },
  exportNonCpeSoftwareInventory: { pageSize: 3, sinceTime: '2021-05-19' },
  exportSoftwareVulnerabilities: { pageSize: 5 },
  exportSoftwareVulnerabilityChanges: { pageSize: 5, sinceTime: '2021-05-19T18:35:49.924Z' },
  exportInformationGatheringFiles: { $sasValidHours: 1 },
};

/** Pages of these print the answer of the other form alone. */
const unprinted = [
  'exportSecureConfigurationFiles',
  'exportNonCpeSoftwareInventoryFiles',
  'exportBrowserExtensions',
  'exportCertificatesFiles',
  'exportBaselineComplianceFiles',
];

/** A page as its form reads it, the rows by the fields of the export; the answer that names files as it is. */
const rowsIn = (fields: Fields, body: unknown): unknown => {
  if (isRecord(body) && 'exportFiles' in body) return body;
  const { rows, row, nextLink } = readPageText(Buffer.from(JSON.stringify(body)));
  const texts = Array.from({ length: rows }, (_, index) => row(index));
  return { nextLink, rows: rowsOf(texts).rows.map(readFields(fields)) };
};

/** The printed examples of assessments: rows of their pages by the fields of the export; of files the links alone. */
export const assessmentRows: readonly SampleRow[] = Object.values<AssessmentRow>(assessments).flatMap(
  ({ pages, files, fields }) =>
    [pages, files].flatMap((fact): SampleRow[] => {
      const key = fact?.id.replace('mde.', '') ?? '';
      if (fact === undefined || unprinted.includes(key)) return [];
      const operation = call(fact, {}, { parse: (body) => body }, { query: asked[key] ?? {} });
      return [{ file: 'mde', key, name: key, operation, pathVaries: true, read: (body) => rowsIn(fields, body) }];
    }),
);
