import { describe, expect, test } from 'vitest';
import { graph } from '../../../src/microsoft/graph/index.ts';
import { m365d } from '../../../src/microsoft/m365d/index.ts';
import { mde } from '../../../src/microsoft/mde/index.ts';
import type { Fact } from '../../../src/microsoft/operation.ts';
import { action, createLab, type Lab, readOf, tokenOf } from '../../isolation/lab.ts';
import { viewers } from '../../isolation/viewers.ts';

const facts: readonly Fact[] = [graph, m365d, mde].flatMap((operations) => Object.values<Fact>(operations));
const reads = facts.filter(({ repeatable }) => repeatable);

const operationOf = ({ id, api, method, path, repeatable, permissions }: Fact) =>
  readOf(path.replaceAll(/\{\w+\}/g, 'one'), { id, api, method, repeatable, permissions });

const settle = () => new Promise((resolve) => setImmediate(resolve));
const answerAll = async (lab: Lab): Promise<void> => {
  await settle();
  while (lab.underWay() > 0) {
    lab.answer(0);
    await settle();
  }
};

/** What each viewer is shown, all at once. */
const ask = async (lab: Lab, fact: Fact, cacheControl?: string): Promise<readonly string[]> => {
  const [send] = lab.replicas;
  if (send === undefined) throw new Error('there is no gateway');
  const asked = viewers.map((viewer) => send(viewer.tenant, operationOf(fact), lab.scopeOf(viewer, cacheControl)));
  await answerAll(lab);
  return (await Promise.all(asked)).map(({ token }) => token);
};

test('the viewers have each a token of their own', () => {
  expect(new Set(viewers.map(tokenOf)).size).toBe(viewers.length);
});

test('there are reads of each API', () => {
  expect(new Set(reads.map(({ api }) => api))).toEqual(new Set(['graph', 'm365d', 'mde']));
});

describe('every read of the tables', () => {
  test.each(reads.map((fact) => [fact.id, fact] as const))(
    '%s: nobody is shown what another one reads',
    async (_, fact) => {
      const lab = createLab();
      const own = viewers.map(tokenOf);
      // Their generations become known, so that what is read is kept.
      await ask(lab, fact);
      const before = lab.exchanges();
      // In flight together.
      expect(await ask(lab, fact)).toEqual(own);
      expect(lab.exchanges() - before).toBe(viewers.length);
      // From the cache, where it is a GET.
      expect(await ask(lab, fact, 'max-age=60')).toEqual(own);
      expect(lab.exchanges() - before).toBe(viewers.length * (fact.method === 'GET' ? 1 : 2));
    },
  );
});

describe('every action of the tables', () => {
  test.each(facts.filter(({ repeatable }) => !repeatable).map((fact) => [fact.id, fact] as const))(
    '%s: what was kept of the tenant is not given any more',
    async (_, { id, api, method, path }) => {
      const lab = createLab({ atOnce: true });
      const [send] = lab.replicas;
      const [viewer] = viewers;
      if (send === undefined || viewer === undefined) throw new Error('there is nobody');
      const read = (cacheControl?: string) =>
        send(viewer.tenant, readOf('/api/things/1'), lab.scopeOf(viewer, cacheControl));
      await read();
      await read();
      await read('max-age=60');
      expect(lab.exchanges()).toBe(2);
      await send(viewer.tenant, { ...action, id, api, method, path }, lab.scopeOf(viewer));
      await read('max-age=60');
      expect(lab.exchanges()).toBe(4);
    },
  );
});
