/** Makes the types that `codegen.yml` asks for. The plugins are called directly: the CLI brings nothing we use. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as resolvers from '@graphql-codegen/typescript-resolvers';
import { type DefinitionNode, type DocumentNode, Kind } from 'graphql';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { readSdl } from '../src/server/sdl.ts';

const Config = z.record(z.string(), z.unknown());
const Settings = z.object({
  config: Config,
  generates: z.record(
    z.string(),
    z.object({
      /** What of the schema the file is about. */
      of: z.enum(['everything', 'inputs']),
      config: Config.default({}),
      plugins: z.array(z.enum(['typescript', 'typescript-resolvers'])),
    }),
  ),
});

const pluginMap = { typescript, 'typescript-resolvers': resolvers };

/** What callers send: scalars, enums and inputs, which name nothing else. */
const isInput = ({ kind }: DefinitionNode): boolean =>
  kind === Kind.SCALAR_TYPE_DEFINITION ||
  kind === Kind.ENUM_TYPE_DEFINITION ||
  kind === Kind.INPUT_OBJECT_TYPE_DEFINITION ||
  kind === Kind.INPUT_OBJECT_TYPE_EXTENSION;

const { document } = readSdl();
const parts = {
  everything: document,
  inputs: { ...document, definitions: document.definitions.filter(isInput) },
} satisfies Record<string, DocumentNode>;

const settings = Settings.parse(parseYaml(readFileSync('codegen.yml', 'utf8')));
for (const [filename, { of, config, plugins }] of Object.entries(settings.generates)) {
  const output = await codegen({
    filename,
    config: { ...settings.config, ...config },
    schema: parts[of],
    documents: [],
    plugins: plugins.map((name) => ({ [name]: {} })),
    pluginMap,
  });
  mkdirSync(dirname(filename), { recursive: true });
  writeFileSync(filename, output);
}
