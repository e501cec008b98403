import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Attacks, as, carryOut, gql, harmless } from './attack.ts';
import { credentials } from './tables/credentials.ts';
import { crossSite } from './tables/cross-site.ts';
import { cursors } from './tables/cursors.ts';
import { documents } from './tables/documents.ts';
import { http } from './tables/http.ts';
import { injection } from './tables/injection.ts';
import { input } from './tables/input.ts';
import { persisted } from './tables/persisted.ts';
import { rates } from './tables/rates.ts';
import { ssrf } from './tables/ssrf.ts';
import { text } from './tables/text.ts';
import { tokens } from './tables/tokens.ts';
import { keys, startTarget, type Target } from './target.ts';

/**
 * What an attacker or a careless client sends, byte for byte, and what comes of it: a gateway in a process of its own, set up as for
 * production. Forms of ids, cursors and filters are in `../bad-input.test.ts` and `../bad-cursors.test.ts`; who may do what
 * is in `../role-matrix`.
 */
const tables = {
  injection,
  'the document': documents,
  'bad input': input,
  'text and JSON': text,
  credentials,
  'tokens of Entra': tokens,
  'cross-site': crossSite,
  'server-side requests': ssrf,
  cursors,
  'persisted queries': persisted,
  HTTP: http,
  rates,
} as const satisfies Readonly<Record<string, Attacks>>;

let target: Target;
let memoryBefore = 0;
const outcomes: string[] = [];

const memoryOf = async (): Promise<number> => {
  const { body } = await target.send({ method: 'GET', path: '/metrics' });
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(body)?.[1]);
};

const ordinary = () => gql('{ incidents(first: 3) { nodes { title } } }', {}, as(keys.reader));

beforeAll(async () => {
  target = await startTarget();
  // Tokens of the tenants and keys of callers' tokens are not what the rows count.
  await target.send(gql('{ tenants { capabilities { available } } }', {}, as(keys.control)));
  await target.send(gql(harmless, {}, { authorization: `Bearer ${await target.token()}` }));
  await target.send(ordinary());
  memoryBefore = await memoryOf();
});

afterAll(async () => {
  process.stdout.write(`${outcomes.join('\n')}\n`);
  expect(await target.stop()).toBe(0);
});

describe.each(Object.entries(tables))('%s', (group, attacks: Attacks) => {
  test.each(Object.entries(attacks))('%s', async (name, attack) => {
    const outcome = await carryOut(target, attack);
    outcomes.push(`| ${group.padEnd(20)} | ${name.padEnd(76)} | ${outcome.padEnd(32)} |`);
  });
});

describe('after all of it', () => {
  test('the process lives and answers as before', async () => {
    expect(target.program.process.exitCode).toBeNull();
    const { status, body } = await target.send(ordinary());
    expect({ status, body }).toEqual({ status: 200, body: expect.stringContaining('"nodes":[{"title":') });
    expect((await target.send({ method: 'GET', path: '/readyz' })).status).toBe(200);
  });

  test('the audit log has the one remark that was made, and no action', async () => {
    const { body } = await target.send(gql('{ auditLog { nodes { mutation outcome } } }', {}, as(keys.control)));
    const remarks = [
      { mutation: 'updateIncidents', outcome: 'DONE' },
      { mutation: 'updateIncidents', outcome: 'INTENDED' },
    ];
    expect(JSON.parse(body)).toEqual({ data: { auditLog: { nodes: remarks } } });
  });

  test('nobody knocked where nobody should', () => {
    expect(target.mirror.trapped()).toBe(0);
  });

  test('the log has one JSON object a line, and no secret in any', () => {
    const log = target.program.output();
    for (const line of log.trimEnd().split('\n')) expect(() => JSON.parse(line), line.slice(0, 300)).not.toThrow();
    for (const secret of target.secrets) expect(log.includes(secret), 'the log holds a secret').toBe(false);
    expect(log).not.toMatch(/eyJ[\w-]{10,}\./);
    expect(log).not.toMatch(/forged-line/);
  });

  test('memory did not grow by more than what a heap of that size breathes', async () => {
    expect((await memoryOf()) - memoryBefore).toBeLessThan(256 * 1024 * 1024);
  });
});
