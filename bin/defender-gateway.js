#!/usr/bin/env node
// The command line on any Node from 20 on: this file has no types, which Node 20 cannot read.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundledNode, compileCacheIn, isInShellOfNpm, runOn, runsItself } from './launch.js';

// graphql-js and Express do more for those who develop with them, and slower.
process.env.NODE_ENV ??= 'production';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** First words that name another program than the gateway. */
const programs = { demo: 'src/demo', simulator: 'src/simulator/main' };

/** The file to run. A package has it only without types, for Node strips none below `node_modules`. */
const fileOf = (program) => {
  const source = join(root, `${program}.ts`);
  return existsSync(source) ? source : join(root, 'build', `${program}.js`);
};

const [word = ''] = process.argv.slice(2);
const isProgram = Object.hasOwn(programs, word);
const file = fileOf(isProgram ? programs[word] : 'src/main');
// A program gets its own arguments alone.
if (isProgram) process.argv.splice(2, 1);

const isAble = runsItself(process.versions.node);
if (isAble && !isInShellOfNpm(process.env)) {
  module.enableCompileCache(compileCacheIn(root));
  process.argv[1] = file;
  await import(pathToFileURL(file).href);
} else {
  process.env.NODE_COMPILE_CACHE ??= compileCacheIn(root);
  runOn(isAble ? { path: process.execPath } : bundledNode(import.meta.url), file, process.argv.slice(2));
}
