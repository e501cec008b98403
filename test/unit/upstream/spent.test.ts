import { expect, onTestFinished, test } from 'vitest';
import { createScope } from '../../../src/scope.ts';
import { answer, startUpstream } from '../../support/upstream.ts';

test('D3: a failure that no call is left to repeat is told, not the budget', async () => {
  const upstream = await startUpstream((_, response) => answer(response, 503, {}));
  onTestFinished(upstream.stop);
  const scope = createScope({
    requestId: '00000000-0000-4000-8000-000000000000',
    signal: new AbortController().signal,
    deadline: Date.now() + 60_000,
    maxCalls: 1,
  });
  const read = upstream.send(
    upstream.tenant,
    {
      id: 'mde.getMachine',
      api: 'mde',
      method: 'GET',
      path: '/api/machines/1',
      repeatable: true,
      permissions: [],
      parse: () => null,
    },
    scope,
  );
  await expect(read).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', details: { upstreamStatus: 503 } });
  expect(upstream.requests).toHaveLength(1);
});
