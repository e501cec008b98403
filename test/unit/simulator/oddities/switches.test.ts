import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type OddityName, oddities } from '../../../../src/simulator/index.ts';
import { profiles, readOddity } from '../../../../src/simulator/oddities/values.ts';
import { valueAt } from '../small-simulator.ts';
import { startOdd } from './live.ts';
import { proofs } from './proofs.ts';

let odd: Awaited<ReturnType<typeof startOdd>>;
beforeAll(async () => {
  odd = await startOdd();
});
afterAll(() => odd.stop());
beforeEach(() => {
  odd.simulator.oddities.reset();
  odd.simulator.faults.clear();
});

describe('an oddity that is switched on', () => {
  const rows = Object.entries(proofs).flatMap(([name, all]) =>
    all.map((proof) => [`${name}: ${JSON.stringify(proof.set)}`, proof] as const),
  );

  test.each(rows)('%s', async (_title, { set, sees }) => {
    odd.simulator.oddities.set(set);
    await sees(odd);
  });
});

describe('how oddities are set', () => {
  test('for one tenant alone', () => {
    odd.simulator.oddities.set({ shortPages: 3 }, 'fabrikam');
    expect(odd.simulator.oddities.of('fabrikam').shortPages).toBe(3);
    expect(odd.simulator.oddities.of('contoso').shortPages).toBeNull();
  });

  test('over HTTP, and back', async () => {
    const control = `${odd.simulator.endpoints('contoso').authority}/__simulator/oddities`;
    const json = { 'content-type': 'application/json' };
    const post = (body: unknown) => odd.send(control, 'POST', json, JSON.stringify(body));
    expect((await post({ tenant: 'contoso', changes: { nextLink: 'stuck' } })).status).toBe(204);
    const of = async (query: string) =>
      valueAt((await odd.send(control + query, 'GET', {})).json, 'oddities', 'nextLink');
    expect([await of('?tenant=contoso'), await of('')]).toEqual(['stuck', 'moves']);
    expect(await post({ changes: { nextLink: 'sideways' } })).toMatchObject({ status: 400 });
    expect(await post({ changes: { unheardOf: true } })).toMatchObject({ status: 400 });
  });

  test.each([
    ['bigInts', { bigInts: true }],
    ['bigInts=false', { bigInts: false }],
    ['shortPages=4', { shortPages: 4 }],
    ['shortPages', { shortPages: 25 }],
    ['expandFailsAbove=null', { expandFailsAbove: null }],
    ['nextLink=stuck', { nextLink: 'stuck' }],
    ['filterRefused=severity,status', { filterRefused: ['severity', 'status'] }],
  ])('on the command line: %s', (text, changes) => {
    expect(readOddity(text)).toEqual(changes);
  });

  test.each(['unheardOf', 'nextLink=sideways', 'shortPages=many', 'bigInts=perhaps'])('not: %s', (text) => {
    expect(() => readOddity(text)).toThrow();
  });

  test('the hard profile answers every list', async () => {
    const hard = await startOdd({ profile: 'hard' });
    expect(hard.simulator.oddities.of('contoso')).toEqual(profiles.hard);
    expect((await hard.signIn('mde')).status).toBe(503);
    expect((await hard.ask('mde', '/api/machines')).json).toBeUndefined();
    for (const [api, path] of [
      ['mde', '/api/machines'],
      ['mde', '/api/alerts'],
      ['m365d', '/api/incidents'],
      ['graph', '/v1.0/security/incidents'],
      ['graph', '/v1.0/security/incidents?$expand=alerts&$top=10'],
      ['graph', '/v1.0/security/alerts_v2'],
    ] as const) {
      expect((await hard.ask(api, path)).status).toBe(200);
    }
    await hard.stop();
  });
});

describe('docs/simulator.md', () => {
  const page = new URL('../../../../docs/simulator.md', import.meta.url);
  const text = existsSync(page) ? readFileSync(page, 'utf8') : '';
  const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

  test.each(Object.keys(oddities).filter((name): name is OddityName => Object.hasOwn(oddities, name)))(
    'has the row of %s',
    (name) => {
      const { about, mild, hard } = oddities[name];
      const row = text.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? '';
      const cells = row.split('|').map((cell) => cell.trim());
      expect(cells.slice(1, 5)).toEqual([`\`${name}\``, about, `\`${shown(mild)}\``, `\`${shown(hard)}\``]);
    },
  );
});
