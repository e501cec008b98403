import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asked, type Given, none, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';

let api: StandIn;
beforeAll(async () => {
  api = await startStandIn(20);
});
afterAll(() => api.stop());

const machines = ['a'.repeat(40), 'b'.repeat(40)];
const at = '2026-01-01T10:00:00Z';
const guid = (machine: number, row: number): string => `00000000-0000-4000-8000-00000000${machine}00${row}`;

/** Two rows of each machine in every list that is asked with a condition on it. */
const ofEach = (row: (machineId: string, id: string) => object): object[] =>
  machines.flatMap((machineId, machine) => [0, 1].map((place) => row(machineId, guid(machine, place))));
const lists: Readonly<Record<string, readonly object[]>> = {
  '/api/machines': machines.map((id) => ({ id })),
  '/api/machineactions': ofEach((machineId, id) => ({
    ...{ id, machineId, type: 'Isolate', status: 'Succeeded', creationDateTimeUtc: at },
  })),
  '/api/investigations': ofEach((machineId, id) => ({
    ...{ id: id.slice(-4), machineId, state: 'Running', startTime: at },
  })),
};

/** The edges of a machine that are read so, with the id of a row as the lists above give it. */
const edges = {
  actions: { id: 'actionId', rowsOf: (machine: number) => [guid(machine, 0), guid(machine, 1)] },
  investigations: { id: 'investigationId', rowsOf: (machine: number) => [`${machine}000`, `${machine}001`] },
} as const;

const refused: Given = { status: 400, body: { error: { code: 'ODataError', message: 'machineId cannot be used' } } };
const services = {
  'refuses the condition': ({ query }: Asked) => (query.get('$filter')?.includes('machineId') ? refused : null),
  'overlooks the condition': () => null,
} as const;

interface Machines {
  readonly machines: {
    readonly nodes: readonly {
      readonly machineId: string;
      readonly isolationState: string;
      readonly edge: { readonly nodes: readonly { readonly id: string }[]; readonly truncated: boolean };
    }[];
  };
}

describe.each(Object.entries(services))(
  'rows of other machines are shown under none where the API %s',
  (_, answered) => {
    const tenant = () =>
      api.tenant((asked) => {
        const { path, query } = asked;
        const [, id] = /^\/api\/machines\/(\w+)$/.exec(path) ?? [];
        if (id !== undefined) return { body: { id } };
        const rows = lists[path];
        return rows === undefined
          ? none
          : (answered(asked) ?? { body: { value: rows.slice(Number(query.get('$skip') ?? 0)) } });
      });

    test.each(Object.entries(edges).flatMap(([edge, row]) => [1, 2].map((count) => ({ edge, ...row, count }))))(
      '$edge of $count',
      async ({ edge, id, rowsOf, count }) => {
        const { data, errors } = await tenant().ask<Machines>(
          `query ($tenant: String!, $of: [ID!]) { machines(tenants: [$tenant], filter: { machineId: $of }) {
        nodes { machineId isolationState edge: ${edge}(first: 100) { nodes { id: ${id} } truncated } } } }`,
          { of: machines.slice(0, count) },
        );
        expect(errors).toEqual([]);
        expect(data.machines.nodes).toHaveLength(count);
        for (const shown of data.machines.nodes) {
          expect(shown.edge.nodes.map((node) => node.id).toSorted()).toEqual(rowsOf(machines.indexOf(shown.machineId)));
          expect(shown).toMatchObject({ isolationState: 'ISOLATED', edge: { truncated: false } });
        }
      },
    );
  },
);
