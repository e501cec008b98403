import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createSchema } from '../../src/server/schema.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { blocksIn, pages } from './pages.ts';

let demo: Running;
beforeAll(async () => {
  demo = await startRunning();
});
afterAll(() => demo.stop());

const machineIds = z.object({ machines: z.object({ nodes: z.array(z.object({ machineId: z.string() })) }) });

/** Variables of an example, as the comment before it says: `machineIds: contoso` is a machine of that tenant; `code`: the error that it is answered with. */
const variablesFor = async (note: string): Promise<Record<string, unknown>> => {
  const tenant = /^machineIds: (\w+)/.exec(note)?.[1];
  if (tenant === undefined) return {};
  const { data } = await demo.ask<unknown>(
    'query ($tenant: String!) { machines(first: 1, tenants: [$tenant], filter: { osPlatform: ["Windows11"] }) { nodes { machineId } } }',
    { tenant },
  );
  return { machineIds: machineIds.parse(data).machines.nodes.map(({ machineId }) => machineId) };
};

/** Recipes are run in their order, by recipes.test.ts. */
const examples = blocksIn('graphql').filter(({ note }) => !/^recipe\b/.test(note));

describe.each(examples)('the GraphQL at $place', ({ text, note, place }) => {
  test('is valid', () => {
    expect(validate(createSchema(), parse(text))).toEqual([]);
  });

  test('is answered by the demo without an error', async () => {
    const { data, errors } = await demo.ask<unknown>(text, await variablesFor(note));
    const code = /^machineIds: \w+, code: (\w+)$/.exec(note)?.[1];
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(code === undefined ? [] : [code]);
    expect(JSON.stringify(data)).not.toMatch(/"error":\{/);
    if (note !== 'shown') return;
    const page = pages.find(({ file }) => place.startsWith(`${file}:`));
    const answer = page?.blocks.find(({ language }) => language === 'json')?.text ?? '';
    expect({ data }).toEqual(JSON.parse(answer));
  });
});

/** The action of a live response session in the tenant that a note names: `session: contoso`. Its first command brought a file. */
const sessionFor = async (note: string): Promise<string | null> => {
  const tenant = /^session: (\w+)$/.exec(note)?.[1];
  if (tenant === undefined) return null;
  const { data } = await demo.ask<unknown>(
    `mutation ($tenant: String!, $machineIds: [ID!]!) {
      runLiveResponse(input: { tenant: $tenant, machineIds: $machineIds, comment: "An example", commands: [{ type: GET_FILE, path: "C:\\\\Temp\\\\report.txt" }] }) {
        results { action { actionId } }
      }
    }`,
    { tenant, ...(await variablesFor(`machineIds: ${tenant}`)) },
  );
  return started.parse(data).runLiveResponse.results[0].action.actionId;
};
const started = z.object({
  runLiveResponse: z.object({ results: z.tuple([z.object({ action: z.object({ actionId: z.string() }) })]) }),
});

/** Bodies of `curl` commands: their `-d '...'`. */
const bodies = blocksIn('sh').flatMap(({ place, text, note }) =>
  [...text.matchAll(/-d '([^']+)'/g)].map(({ 1: body = '' }) => ({ place, body, note })),
);

test.each(bodies)('what curl sends at $place is answered', async ({ body, note }) => {
  const sent = body.replace(/\bACTION\b/g, (await sessionFor(note)) ?? '');
  const { query } = z.object({ query: z.string() }).parse(JSON.parse(sent));
  const { errors } = await demo.ask(query);
  expect(errors).toEqual([]);
});

/** Files that `curl` commands fetch, and what some of them send: their `--json '...'`. */
const files = blocksIn('sh').flatMap(({ place, text, note }) =>
  [...text.matchAll(/(?:--json '([^']+)'[^']*)?http:\/\/localhost:4000(\/(?:files|export)\/[^\s']+)/g)].map(
    ({ 1: body = null, 2: path = '' }) => ({ place, path, body, note }),
  ),
);

test.each(files)('what curl fetches at $place is there: $path', async ({ path, body, note }) => {
  const sent = body === null ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  const url = `${demo.gateway.url}${path.replace(/\bACTION\b/g, (await sessionFor(note)) ?? '')}`;
  const answer = await fetch(url, sent);
  expect(answer.status).toBe(200);
  expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(0);
});

test('files are fetched by an example', () => expect(files.length).toBeGreaterThan(1));
