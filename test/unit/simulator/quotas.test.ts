import { expect, test } from 'vitest';
import { mde } from '../../../src/microsoft/mde/index.ts';
import { createQuotas } from '../../../src/simulator/http/quotas.ts';

test("queries of a tenant are refused once they have run ten minutes in an hour, and another tenant's are not", () => {
  let nowMs = 0;
  const quotas = createQuotas(() => new Date(nowMs));
  const hunting = mde.runAdvancedQuery;
  for (let query = 0; query < 3; query += 1) {
    expect(quotas.take(hunting, 'contoso')).toBe(0);
    nowMs += 200_000;
    quotas.ran(hunting, 'contoso', 200_000);
  }
  // The window opened with the first.
  expect(quotas.take(hunting, 'contoso')).toBe(3000);
  expect(quotas.take(hunting, 'fabrikam')).toBe(0);
  nowMs += 3_000_000;
  expect(quotas.take(hunting, 'contoso')).toBe(0);
});
