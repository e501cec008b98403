import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { type Attack, type Attacks, as, harmless, post } from '../attack.ts';
import { keys } from '../target.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hashed = (query: string | undefined, sha256Hash: unknown, version: unknown = 1): string =>
  JSON.stringify({
    ...(query === undefined ? {} : { query }),
    extensions: { persistedQuery: { version, sha256Hash } },
  });

const victim = '{ viewer { kind } }';
const isolation = `mutation { isolateMachines(input: { tenant: "contoso", machineIds: ["${'0'.repeat(40)}"], comment: "x" }) { dryRun } }`;

const refused = (body: string, code: string, says = /./): Attack => ({
  send: () => post(body),
  status: code === 'PERSISTED_QUERY_NOT_FOUND' ? 200 : 400,
  code,
  says,
});

/** Documents under a hash that is not theirs. */
export const persisted: Attacks = {
  'a hash that nobody sent the text of': refused(hashed(undefined, sha256('{ a }')), 'PERSISTED_QUERY_NOT_FOUND'),
  'a text under the hash of another': {
    ...refused(hashed(isolation, sha256(victim)), 'BAD_USER_INPUT', /sha|hash/i),
    afterwards: async (target) => {
      const { body } = await target.send(post(hashed(undefined, sha256(victim))));
      expect(body).toContain('PERSISTED_QUERY_NOT_FOUND');
    },
  },
  'a hash in capital letters': refused(hashed(harmless, sha256(harmless).toUpperCase()), 'BAD_USER_INPUT'),
  'a version to come': refused(hashed(harmless, sha256(harmless), 2), 'BAD_USER_INPUT'),
  'a hash named __proto__': refused(hashed(undefined, '__proto__'), 'PERSISTED_QUERY_NOT_FOUND'),
  'a hash that is an object': refused(hashed(harmless, { $ne: '' }), 'BAD_USER_INPUT'),
  'a text that does not parse, kept and asked for': {
    ...refused(hashed('{', sha256('{')), 'GRAPHQL_PARSE_FAILED'),
  },
  'a mutation, kept and asked for by GET': {
    send: async (target) => {
      await target.send(post(hashed('mutation { __typename }', sha256('mutation { __typename }'))));
      const extensions = encodeURIComponent(
        JSON.stringify({ persistedQuery: { version: 1, sha256Hash: sha256('mutation { __typename }') } }),
      );
      return {
        method: 'GET',
        path: `/graphql?extensions=${extensions}`,
        headers: { ...as(keys.responder), 'apollo-require-preflight': '1' },
      };
    },
    status: 405,
    code: 'BAD_USER_INPUT',
  },
  'one that another kept, without a credential': {
    send: async (target) => {
      await target.send(post(hashed(harmless, sha256(harmless))));
      return { headers: { 'content-type': 'application/json' }, body: hashed(undefined, sha256(harmless)) };
    },
    status: 401,
    code: 'UNAUTHENTICATED',
  },
};
