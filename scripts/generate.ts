/** Makes the resolver types that `codegen.yml` asks for. The plugins are called directly: the CLI brings nothing we use. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as resolvers from '@graphql-codegen/typescript-resolvers';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { readSdl } from '../src/server/sdl.ts';

const Settings = z.object({
  generates: z.record(
    z.string(),
    z.object({
      config: z.record(z.string(), z.unknown()),
      plugins: z.array(z.enum(['typescript', 'typescript-resolvers'])),
    }),
  ),
});

const pluginMap = { typescript, 'typescript-resolvers': resolvers };

const settings = Settings.parse(parseYaml(readFileSync('codegen.yml', 'utf8')));
for (const [filename, { config, plugins }] of Object.entries(settings.generates)) {
  const output = await codegen({
    filename,
    config,
    schema: readSdl().document,
    documents: [],
    plugins: plugins.map((name) => ({ [name]: {} })),
    pluginMap,
  });
  mkdirSync(dirname(filename), { recursive: true });
  writeFileSync(filename, output);
}
