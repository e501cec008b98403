import { startChild } from './child.ts';
import { graphql } from './load.ts';
import { incidentPageQuery, machineQuery } from './queries.ts';
import { atMost, type Row } from './rows.ts';
import type { Upstream } from './upstream.ts';

const callers = 500;

/** What a gateway that has just started asks of Entra and Microsoft. */
export const measureFirstCallers = async (upstream: Upstream): Promise<readonly Row[]> => {
  const gateway = await startChild('gateway', upstream.place);
  try {
    await upstream.takeCounts();
    const ask = graphql(gateway.url, incidentPageQuery);
    const startedMs = performance.now();
    const answers = await Promise.all(Array.from({ length: callers }, ask));
    const seconds = (performance.now() - startedMs) / 1000;
    const { tokens, calls } = await upstream.takeCounts();
    // Two APIs answer the page: anything but two tokens is a mistake of the measure.
    if (tokens.size !== 2) throw new Error(`Tokens for ${tokens.size} APIs were asked for`);
    const tokenRequests = Math.max(...tokens.values());

    await graphql(gateway.url, machineQuery, { id: machineIdIn(answers[0] ?? '') })();
    const single = await upstream.takeCounts();
    return [
      {
        measure: `${callers} first callers at once: token requests an API`,
        unit: 'calls',
        gateway: tokenRequests,
        promise: atMost(1, tokenRequests),
      },
      { measure: `${callers} first callers at once: upstream calls in all`, unit: 'calls', gateway: calls },
      { measure: `${callers} first callers at once: until the last answer`, unit: 's', gateway: seconds },
      {
        measure: 'one machine by its id: upstream calls',
        unit: 'calls',
        gateway: single.calls,
        promise: atMost(1, single.calls),
      },
    ];
  } finally {
    await gateway.stop();
  }
};

const machineIdIn = (answer: string): string => {
  const [, id] = /"machineId":"([0-9a-f]{40})"/.exec(answer) ?? [];
  if (id === undefined) throw new Error('No machine in the incident page');
  return id;
};
