import { createHmac } from 'node:crypto';
import { type Attack, type Attacks, as, gql } from '../attack.ts';
import { keys, type Target } from '../target.ts';
import type { WireRequest } from '../wire.ts';

/** The first two rows' end, for one who asks so. */
const cursorOf = async (target: Target, args: string, key: string, list = 'alerts'): Promise<string> => {
  const { body } = await target.send(gql(`{ ${list}(${args}) { pageInfo { endCursor } } }`, {}, as(key)));
  const cursor = /"endCursor":"([^"]+)"/.exec(body)?.[1];
  if (cursor === undefined) throw new Error(`no cursor: ${body}`);
  target.simulator.calls.reset();
  return cursor;
};

const after = (cursor: string, args = 'tenants: ["contoso"], first: 2', key: string = keys.reader): WireRequest =>
  gql(`query ($after: String) { alerts(${args}, after: $after) { nodes { id } } }`, { after: cursor }, as(key));

const refusal = { status: 200, code: 'BAD_USER_INPUT' } as const;
const usual = 'tenants: ["contoso"], first: 2';

/** A cursor made by hand. */
const made = (cursor: string): Attack => ({ ...refusal, send: () => after(cursor) });

/** A good cursor, changed. */
const changed = (change: (cursor: string) => string): Attack => ({
  ...refusal,
  send: async (target) => after(change(await cursorOf(target, usual, keys.reader))),
});

const places = Buffer.from(
  JSON.stringify({ kind: 'tenants', tenants: { fabrikam: { kind: 'skip', api: 'graph', skip: 0 } } }),
).toString('base64url');

/** Places in a list that nobody was given, or that another was. */
export const cursors: Attacks = {
  'a good cursor, to be sure': {
    send: async (target) => after(await cursorOf(target, usual, keys.reader)),
    status: 200,
    calls: 1,
  },
  "another caller's, of fewer permissions": {
    ...refusal,
    send: async (target) => after(await cursorOf(target, usual, keys.responder)),
  },
  "another caller's, of more tenants": {
    ...refusal,
    send: async (target) => after(await cursorOf(target, usual, keys.control)),
  },
  'of another tenant': {
    ...refusal,
    send: async (target) =>
      after(await cursorOf(target, 'tenants: ["fabrikam"], first: 2', keys.control), usual, keys.control),
  },
  'of another list': {
    ...refusal,
    send: async (target) => after(await cursorOf(target, usual, keys.reader, 'incidents')),
  },
  'of another filter': {
    ...refusal,
    send: async (target) => after(await cursorOf(target, `${usual}, filter: { severity: [HIGH] }`, keys.reader)),
  },
  "of another incident's alerts": {
    ...refusal,
    send: async (target) => {
      const [one, two] = target.world.incidents;
      const inner = (id: string | undefined, more: string) =>
        `{ incident(tenant: "contoso", incidentId: "${id}") { alerts(first: 1${more}) { pageInfo { endCursor } } } }`;
      const { body } = await target.send(gql(inner(one?.id, ''), {}, as(keys.reader)));
      const cursor = /"endCursor":"([^"]+)"/.exec(body)?.[1] ?? '';
      target.simulator.calls.reset();
      return gql(inner(two?.id, `, after: "${cursor}"`), {}, as(keys.reader));
    },
    calls: 1,
  },
  'without its signature': changed((cursor) => cursor.slice(0, cursor.lastIndexOf('.'))),
  'with an empty signature': changed((cursor) => cursor.slice(0, cursor.lastIndexOf('.') + 1)),
  'with the signature in other letters of base64': changed((cursor) => `${cursor}=`),
  'of the version before': changed((cursor) => cursor.replace(/^v2/, 'v1')),
  'of a version to come': changed((cursor) => cursor.replace(/^v2/, 'v3')),
  'with other places': changed((cursor) => {
    const [version, question, , signature] = cursor.split('.');
    return [version, question, places, signature].join('.');
  }),
  'signed with an empty key': made(
    (() => {
      const payload = `v2.0123456789abcdef.${places}`;
      return `${payload}.${createHmac('sha256', '').update(payload).digest().subarray(0, 16).toString('base64url')}`;
    })(),
  ),
  'of no form': made('abc'),
  'of nothing': made(''),
  'of a path': made('../../etc/passwd'),
  'of a link to the next page': made('https://graph.microsoft.com/v1.0/security/alerts_v2?$skip=2'),
  'of 100,000 letters': made('A'.repeat(100_000)),
  'of __proto__': made(`v2.x.${Buffer.from('{"__proto__":{"kind":"offset"}}').toString('base64url')}.x`),
};
