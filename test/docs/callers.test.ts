import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import { parse as parseGraphql } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { type Running, startRunning } from '../support/gateway.ts';
import { pages, root } from './pages.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'callers-'));
let demo: Running;
beforeAll(async () => {
  demo = await startRunning();
});
afterAll(async () => {
  await demo.stop();
  rmSync(folder, { recursive: true });
});

/** Milliseconds that a program may take on a busy machine. */
const slowest = 120_000;

/** All blocks of a language in the guide, as one program. */
const program = (language: string): string =>
  (pages.find(({ file }) => file === 'docs/callers.md')?.blocks ?? [])
    .filter((block) => block.language === language)
    .map(({ text }) => text)
    .join('\n');

const isThere = (tool: string): boolean => spawnSync(tool, ['--version']).error === undefined;

/** What the program prints; it sees the demo at its usual variables. */
const printed = async (tool: string, args: readonly string[]): Promise<string> => {
  const { KEY: _, ...env } = process.env;
  const { stdout } = await run(tool, [...args], { cwd: folder, env: { ...env, GATEWAY_URL: demo.gateway.url } });
  return stdout;
};

/** A program of the guide, and what it prints in the demo. */
const guides = [
  {
    language: 'bash',
    tools: ['bash', 'curl', 'jq'],
    file: 'callers.sh',
    tool: 'bash',
    prints: [/^\d+ \w.+$/m, /^304$/m, /^true$/m],
  },
  {
    language: 'python',
    tools: ['python3'],
    file: 'callers.py',
    tool: 'python3',
    prints: [
      /^contoso \d+ \w/m,
      /^NOT ANSWERED: adatum MISSING_PERMISSION$/m,
      /^fin-ws-001\.contoso\.com DONE None$/m,
      /^[1-9]\d* rows$/m,
      /^\{'NOT_FOUND'\} /m,
      /^\d+ machines, all of them$/m,
    ],
  },
  {
    language: 'powershell',
    tools: ['pwsh'],
    file: 'callers.ps1',
    tool: 'pwsh',
    prints: [/^contoso \d+ \w/m, /^NOT ANSWERED: adatum MISSING_PERMISSION$/m, /^fin-ws-002\.contoso\.com DONE/m],
  },
] as const;

test.each(
  guides.map((guide) => {
    const missing = guide.tools.filter((tool) => !isThere(tool));
    return {
      ...guide,
      missing,
      says: missing.length === 0 ? 'runs as it stands' : `NOT RUN, for ${missing.join(', ')} is not installed here`,
    };
  }),
)(
  'P3: the $language of docs/callers.md $says',
  async ({ language, file, tool, prints, missing, says }) => {
    const text = program(language);
    expect(text).not.toBe('');
    if (missing.length > 0) {
      process.stderr.write(`docs/callers.md: the ${language} ${says}\n`);
      return;
    }
    writeFileSync(join(folder, file), text);
    const output = await printed(tool, [file]);
    for (const pattern of prints) expect(output).toMatch(pattern);
  },
  slowest,
);

const codegenConfig = z.object({
  generates: z.object({
    'defender.ts': z.object({ plugins: z.tuple([z.literal('typescript')]), config: z.looseObject({}) }),
  }),
});

test(
  'P3: the TypeScript of docs/callers.md fits the types that its codegen.yml makes of /schema.graphql, and runs',
  async () => {
    const schema = await (await fetch(`${demo.gateway.url}/schema.graphql`)).text();
    const { config } = codegenConfig.parse(parseYaml(program('yml'))).generates['defender.ts'];
    const types = await codegen({
      schema: parseGraphql(schema),
      documents: [],
      filename: 'defender.ts',
      config,
      plugins: [{ typescript: {} }],
      pluginMap: { typescript },
    });
    expect(types).toMatch(/DateTime: \{ input: string; output: string;? \}/);
    expect(types).toMatch(/JSON: \{ input: unknown; output: unknown;? \}/);
    writeFileSync(join(folder, 'defender.ts'), types);
    writeFileSync(join(folder, 'callers.ts'), program('ts'));
    const strict = ['--noEmit', '--strict', '--allowImportingTsExtensions', '--skipLibCheck', '--types', 'node'];
    const target = ['--target', 'es2024', '--module', 'nodenext'];
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(`${root}node_modules/@types`, join(folder, 'node_modules/@types'));
    symlinkSync(`${root}node_modules/undici-types`, join(folder, 'node_modules/undici-types'));
    await run(process.execPath, [`${root}node_modules/typescript/bin/tsc`, ...strict, ...target, 'callers.ts'], {
      cwd: folder,
    });
    const output = await printed(process.execPath, ['callers.ts']);
    expect(output).toMatch(/^contoso \d+ \w/m);
    expect(output).toMatch(/^\[ 'DONE' \]$/m);
  },
  slowest,
);
