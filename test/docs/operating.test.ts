import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { read, root } from './pages.ts';

const written = /\blog\??\.(?:warn|error)\(\s*'([^']+)'/g;

/** What operators see in the log, with the file that writes it. */
const sentences = globSync('src/**/*.ts', { cwd: root, exclude: ['src/simulator/**'] })
  .sort()
  .flatMap((file) => [...read(file).matchAll(written)].map(({ 1: sentence = '' }) => ({ file, sentence })));

test('P4: docs/operating.md has what to do for every warning and error of the log', () => {
  const page = read('docs/operating.md');
  expect(sentences.length).toBeGreaterThan(25);
  expect(sentences.filter(({ sentence }) => !page.includes(sentence))).toEqual([]);
});
