import { expect, test } from 'vitest';
import { startTinyServer } from '../../support/tiny-server.ts';

/** A server that tells the points under way, with a caller whose spending takes a moment to be counted. */
const counted = async () => {
  let underWay = 0;
  let begun = 0;
  const server = await startTinyServer({
    spend: () => new Promise((resolve) => setTimeout(resolve, 30)),
    load: {
      checkRoom: () => {},
      turn: async () => {},
      begin: (_, { cost }) => {
        underWay += cost;
        begun += 1;
        return () => {
          underWay -= cost;
        };
      },
    },
  });
  return { server, underWay: () => underWay, begun: () => begun };
};

const dear = 'machines(first: 5) { nodes { id } }';

test.each([
  ['an answer', `{ ${dear} }`, {}],
  ['a variable that another plugin refuses at once', `query ($a: String) { hello(name: $a) ${dear} }`, { a: '\ud800' }],
  ['a field that fails', `{ fails ${dear} }`, {}],
])('D1: points under way are given back: %s', async (_what, query, variables) => {
  const { server, underWay, begun } = await counted();
  await server.query(query, variables);
  // What was still waited for when the answer was sent takes nothing afterwards.
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(underWay()).toBe(0);
  expect(begun()).toBeLessThanOrEqual(1);
});
