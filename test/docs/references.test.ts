import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { pages, read, root } from './pages.ts';

const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));
const folders = ['src', 'resolvers', 'schema', 'test', 'docs', 'docker', 'scripts', '.ci'];

/** What GitHub makes of a heading: lower case, words with hyphens. */
const anchorsOf = (file: string): string[] =>
  [...read(file).matchAll(/^#+ (.+)$/gm)].map(({ 1: heading = '' }) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

describe.each(pages)('$file', ({ file, prose, blocks }) => {
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(({ 1: target = '' }) => target);
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(({ 1: code = '' }) => code);
  const all = [prose, ...blocks.map(({ text }) => text)].join('\n');

  test('links lead to files and headings that exist', () => {
    const dead = links
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const found = path === '' ? file : normalize(join(dirname(file), path));
        if (!existsSync(`${root}${found}`)) return true;
        return anchor !== undefined && !anchorsOf(found).includes(anchor);
      });
    expect(dead).toEqual([]);
  });

  test('P4: links outside are addresses of HTTPS, or of this machine', () => {
    const outside = [
      ...links.filter((target) => /^[a-z]+:/.test(target)),
      ...[...prose.matchAll(/<([a-z]+:[^>\s]*)>/g)].map(({ 1: target = '' }) => target),
    ];
    const isWell = (target: string): boolean =>
      URL.canParse(target) && (target.startsWith('https://') || new URL(target).hostname === 'localhost');
    expect(outside.filter((target) => !isWell(target))).toEqual([]);
  });

  test('paths in code exist', () => {
    const paths = spans.filter(
      (code) => /^[\w.-]+(\/[\w.-]+)+$/.test(code) && folders.includes(code.split('/')[0] ?? ''),
    );
    // Made by `npm run generate`, not committed.
    const missing = paths.filter((path) => path !== 'src/generated' && !existsSync(`${root}${path}`));
    expect(missing).toEqual([]);
  });

  test('npm scripts exist', () => {
    const named = [...all.matchAll(/npm (?:run ([\w:-]+)|(test|start)\b)/g)].map(
      ({ 1: run, 2: short }) => run ?? short ?? '',
    );
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});
