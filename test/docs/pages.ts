import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the repository is on this machine, with a slash at the end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A fenced block. */
export interface Block {
  /** Page and line, for messages. */
  readonly place: string;
  readonly language: string;
  readonly text: string;
  /** What a comment right before the block says to its test; empty when there is none. */
  readonly note: string;
}

/** A page of the documentation. */
export interface Page {
  /** From the root of the repository on. */
  readonly file: string;
  /** Without what stands in fenced blocks. */
  readonly prose: string;
  readonly blocks: readonly Block[];
}

const fenced = /^(?:<!-- (.+) -->\n)?```(\w*)\n([\s\S]*?)^```$/gm;

export const read = (file: string): string => readFileSync(`${root}${file}`, 'utf8');

const pageOf = (file: string): Page => {
  const text = read(file);
  const blocks = [...text.matchAll(fenced)].map(({ index, 1: note = '', 2: language = '', 3: inside = '' }): Block => {
    const line = text.slice(0, index).split('\n').length;
    return { place: `${file}:${line}`, language, text: inside, note };
  });
  return { file, prose: text.replace(fenced, ''), blocks };
};

/** Every page of the repository. */
export const pages: readonly Page[] = globSync('**/*.md', { cwd: root, exclude: ['**/node_modules', 'data'] })
  .sort()
  .map(pageOf);

/** Blocks in one language, of all pages. */
export const blocksIn = (language: string): readonly Block[] =>
  pages.flatMap(({ blocks }) => blocks.filter((block) => block.language === language));

/** Rows of the tables of a page, cell by cell, without their heads. */
export const tableRows = (file: string): readonly (readonly string[])[] =>
  read(file)
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^[|\s-]+$/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
