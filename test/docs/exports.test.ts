import { expect, test } from 'vitest';
import { type AssessmentRow, assessments } from '../../src/exports/assessments.ts';
import { tableRows } from './pages.ts';

const words = (cell = ''): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);

test('docs/exports.md has a row for every assessment, with its forms and the permission to grant', () => {
  const told = tableRows('docs/exports.md')
    .map((cells) => cells.slice(0, 3).map(words))
    .filter(([name]) => Object.hasOwn(assessments, name?.[0] ?? ''));
  const rows: readonly (readonly [string, AssessmentRow])[] = Object.entries(assessments);
  expect(told).toEqual(
    rows.map(([name, { files, pages }]) => [
      [name],
      [...(files === undefined ? [] : ['files']), ...(pages === undefined ? [] : ['json'])],
      [...((files ?? pages)?.permissions ?? [])],
    ]),
  );
});
