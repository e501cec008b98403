import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createM365d } from '../../../src/simulator/m365d/product.ts';
import { createMde } from '../../../src/simulator/mde/product.ts';
import { record } from './call.ts';

const folder = fileURLToPath(new URL('../../../../shared/reference/', import.meta.url));
const present = existsSync(folder);
if (!present)
  process.stdout.write('Skipped: the operations are compared with ../shared/reference, which is not here\n');

const runKql = () => ({ columns: [], rows: [] });
const products = {
  mde: createMde({
    actionTimes: { pendingMs: 0, runningMs: 0, queueMs: 0 },
    links: { register: () => '/x' },
    linkOrigin: () => '',
    runKql,
  }),
  m365d: createM365d({ runKql }),
};
/** Its page also lists the permissions to read machines; the simulator takes the specific one alone. */
const stricter = new Set(['stopAndQuarantineFile']);

const withoutNames = (path: string): string => path.replaceAll(/\{\w+\}/g, '{}').toLowerCase();

describe.skipIf(!present).each(['mde', 'm365d'] as const)('%s', (name) => {
  const parsed: unknown = present ? JSON.parse(readFileSync(`${folder}${name}-operations.json`, 'utf8')) : [];
  const operations = Array.isArray(parsed) ? parsed.map(record) : [];

  test.each(products[name].routes.map((route) => [route.id, route] as const))(
    '%s has the documented method, path, permissions and quota',
    (id, route) => {
      const documented = record(operations.find((operation) => operation.id === id));
      const { perMinute = null, perHour = null } = record(documented.rateLimit ?? {});
      expect(route.method).toBe(documented.method);
      expect(withoutNames(route.path)).toBe(withoutNames(String(documented.path)));
      // Run time is no part of the table of calls.
      expect(route.quota).toMatchObject({ perMinute, perHour });
      const { application } = record(documented.permissions);
      const granted = Array.isArray(application) ? application : [];
      expect(stricter.has(id) ? granted.includes(route.anyOf[0]) : granted.toSorted()).toEqual(
        stricter.has(id) ? true : route.anyOf.toSorted(),
      );
    },
  );
});
