import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import { buildSchema, isScalarType, isSpecifiedScalarType, parse as parseGraphql } from 'graphql';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { pages, read } from './pages.ts';

const sdl = read('schema/schema.graphql');
const scalars = Object.values(buildSchema(sdl).getTypeMap())
  .filter(isScalarType)
  .filter((type) => !isSpecifiedScalarType(type));

/** What a page tells users of GraphQL Code Generator to set. */
const told = pages.flatMap(({ blocks }) =>
  blocks.flatMap(({ text }) => text.match(/^ +scalars:\n(?: +\w+: \w+\n?)+/gm) ?? []),
);
const settings = z.object({ scalars: z.record(z.string(), z.string()) });

test('P3: every scalar says where its form is specified', () => {
  expect(scalars.filter(({ specifiedByURL }) => !URL.canParse(specifiedByURL ?? '')).map(({ name }) => name)).toEqual(
    [],
  );
});

test('P3: the settings of the pages give types to all scalars, and a union to the codes of errors', async () => {
  expect(told.length).toBeGreaterThan(0);
  for (const text of told) {
    const config = { ...settings.parse(parse(text)), enumsAsTypes: true };
    expect(Object.keys(config.scalars).sort()).toEqual(scalars.map(({ name }) => name).sort());
    const types = await codegen({
      schema: parseGraphql(sdl),
      documents: [],
      filename: 'types.ts',
      plugins: [{ typescript: {} }],
      pluginMap: { typescript },
      config,
    });
    expect(types).toContain('DateTime: { input: string; output: string; }');
    expect(types).toMatch(/JSON: \{ input: \w+; output: \w+; \}/);
    expect(types).toMatch(/export type ErrorCode =\n(.*\n)*?\s*\| 'UPSTREAM_THROTTLED'/);
  }
});
