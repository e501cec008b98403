/**
 * Makes the types that `codegen.yml` asks for; what the table of entities says needs no line there. The plugins are called
 * directly: the CLI brings nothing we use.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as resolvers from '@graphql-codegen/typescript-resolvers';
import { type DefinitionNode, type DocumentNode, Kind, print } from 'graphql';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { edgeRowTypes } from '../src/entities/edge-rows.ts';
import { own } from '../src/entities/own.ts';
import { entities } from '../src/entities/table.ts';
import { readSdl } from '../src/server/sdl.ts';

/** Types of the graph, and the types of the domain that they are. */
const Mappers = z.record(z.string(), z.string());
const Config = z.looseObject({ mappers: Mappers.optional() });
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

/** What the mappers below name. */
const imports = `import type { EdgeRowOfType } from '../entities/edge-rows.ts';
import type { OwnOfType } from '../entities/own.ts';
import type { EntityOfType } from '../entities/table.ts';
import type { Connection } from '../lists/connection.ts';
`;

/** The types of the two tables of entities and the rows of edges, then the pages of all of these; what `written` says wins. */
const mapped = (written: z.infer<typeof Mappers>): z.infer<typeof Mappers> => {
  const known = {
    ...Object.fromEntries(Object.values(entities).map(({ type }) => [type, `EntityOfType<'${type}'>`])),
    ...Object.fromEntries(Object.values(own).map(({ type }) => [type, `OwnOfType<'${type}'>`])),
    ...Object.fromEntries(edgeRowTypes.map((type) => [type, `EdgeRowOfType<'${type}'>`])),
    ...written,
  };
  const pages = document.definitions.flatMap((node) => {
    const nodes = node.kind === Kind.OBJECT_TYPE_DEFINITION && node.fields?.find(({ name }) => name.value === 'nodes');
    const type = nodes && /\w+/.exec(print(nodes.type))?.[0];
    const mapper = type && known[type];
    return mapper ? [[node.name.value, `Connection<${mapper.split(' as ').at(-1)}>`]] : [];
  });
  return { ...known, ...Object.fromEntries(pages), ...written };
};

const settings = Settings.parse(parseYaml(readFileSync('codegen.yml', 'utf8')));
for (const [filename, { of, config, plugins }] of Object.entries(settings.generates)) {
  const { mappers } = config;
  const output = await codegen({
    filename,
    config: { ...settings.config, ...config, ...(mappers && { mappers: mapped(mappers) }) },
    schema: parts[of],
    documents: [],
    plugins: plugins.map((name) => ({ [name]: {} })),
    pluginMap,
  });
  mkdirSync(dirname(filename), { recursive: true });
  writeFileSync(filename, mappers === undefined ? output : imports + output);
}
