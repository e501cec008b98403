import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Lab, startLab } from '../promises/lab.ts';
import { countedPromises } from '../promises/table.ts';

let lab: Lab;

beforeAll(async () => {
  lab = await startLab();
}, 60_000);

afterAll(() => lab.stop());

describe('what callers may count on', () => {
  test.each(countedPromises)(
    '$measure: at most $most $unit',
    async ({ least = 0, most, count }) => {
      const figure = await count(lab);
      expect(figure).toBeGreaterThanOrEqual(least);
      expect(figure).toBeLessThanOrEqual(most);
    },
    60_000,
  );
});
