import { expect, test } from 'vitest';
import { graph } from '../../../src/microsoft/graph/index.ts';
import { mde } from '../../../src/microsoft/mde/index.ts';
import { createQuotas } from '../../../src/simulator/http/quotas.ts';

test('what is counted together is refused together', () => {
  const quotas = createQuotas(() => new Date(0));
  for (let call = 0; call < 75; call += 1) {
    expect(quotas.take(graph.listAlerts, 'contoso')).toBe(0);
    expect(quotas.take(graph.updateAlert, 'contoso')).toBe(0);
  }
  expect(quotas.take(graph.addAlertComment, 'contoso')).toBe(60);
  expect(quotas.take(graph.getIncident, 'contoso')).toBe(0);
  expect(quotas.take(graph.listAlerts, 'fabrikam')).toBe(0);
});

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
