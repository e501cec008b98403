import type { ServerResponse } from 'node:http';
import { systemClock } from '../../src/clock.ts';
import type { ReadParts } from '../../src/entities/entity.ts';
import { createMachineReads } from '../../src/routing/machines.ts';
import { type CallScope, createScope } from '../../src/scope.ts';
import { partsOver } from './parts.ts';
import { answer, startUpstream } from './upstream.ts';

/** Requests of many callers that each ask for one machine, over real HTTP. */

export const idAt = (index: number): string => index.toString(16).padStart(40, '0');
export const idsFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, index) => idAt(first + index));

/** Of a filter; of a path the machine alone. */
export type Handle = (
  asked: { readonly filter: string | null; readonly ids: readonly string[] },
  response: ServerResponse,
) => void;

export const machinesOf = (ids: readonly string[]) => ({ value: ids.map((id) => ({ id })) });

export const giveAll: Handle = ({ filter, ids }, response) =>
  answer(response, 200, filter === null ? { id: ids[0] } : machinesOf(ids));

export const scopeOf = (caller = 'an analyst', more: Partial<Parameters<typeof createScope>[0]> = {}) =>
  createScope({
    requestId: '00000000-0000-4000-8000-000000000000',
    signal: new AbortController().signal,
    deadline: Date.now() + 60_000,
    maxCalls: Number.POSITIVE_INFINITY,
    caller,
    ...more,
  });

/** Reads of machines from a service that answers so, a moment after it was asked. */
export const startMachines = async (handle: Handle, more: Partial<ReadParts> = {}) => {
  const upstream = await startUpstream((url, response) => {
    const filter = url.searchParams.get('$filter');
    const ids = [...(filter ?? decodeURIComponent(url.pathname)).matchAll(/[0-9a-f]{40}/g)].map(([id]) => id);
    setTimeout(() => handle({ filter, ids }, response), 20);
  }, systemClock.sleep);
  const reads = createMachineReads({ ...partsOver(upstream), ...more, idsPerCall: 50 });
  const { tenant } = upstream;
  /** One request for one machine: its id, or nothing. */
  const readOne = async (id: string, scope: CallScope = scopeOf()): Promise<string | undefined> => {
    const machine = (await reads.byIds(tenant, [id], scope)).get(id);
    if (machine instanceof Error) throw machine;
    return machine?.machineId;
  };
  return {
    stop: () => upstream.stop(),
    readOne,
    /** As many requests for one machine each. */
    readEach: (ids: readonly string[]) => Promise.all(ids.map((id) => readOne(id))),
    /** One request for some: it shows that the service takes such filters. */
    prove: () => reads.byIds(tenant, idsFrom(900, 3), scopeOf()),
    /** What was asked since. */
    asked: async <T>(work: () => Promise<T>) => {
      upstream.requests.length = 0;
      const told = await work();
      const lists = upstream.requests.filter((request) => request.includes('$filter'));
      return { told, lists, alone: upstream.requests.filter((request) => !request.includes('$filter')) };
    },
  };
};
