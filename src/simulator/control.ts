import { z } from 'zod';
import type { Calls } from './calls.ts';
import { callFilterSchema, faultRuleSchema, odditiesSchema } from './control-schema.ts';
import type { Directory } from './directory.ts';
import type { Faults } from './faults.ts';
import type { Incoming } from './http/incoming.ts';
import { createRouteTable } from './http/route-table.ts';
import type { SimResponse } from './http/types.ts';
import type { Oddities } from './oddities/state.ts';

/** Paths under this prefix, on every login host, control the simulator. They are neither recorded nor hit by faults. */
export const controlPrefix = '/__simulator/';

export interface ControlDeps {
  readonly calls: Calls;
  readonly faults: Faults;
  readonly oddities: Oddities;
  readonly directory: Directory;
  /** Local origins of a tenant's cloud. */
  readonly endpointsOf: (tenantName: string) => object;
}

interface ControlRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  handle(incoming: Incoming, params: Readonly<Record<string, string>>): SimResponse;
}

const parseJson = (bytes: Buffer): unknown => {
  const parsed: unknown = JSON.parse(bytes.toString('utf8'));
  return parsed;
};

/**
 * The simulator's own HTTP interface:
 *
 * | request | does |
 * |---|---|
 * | `GET /__simulator/calls?operation=&tenant=&product=&host=&batched=` | `{ count, calls }`: the requests seen, with path, headers and body |
 * | `DELETE /__simulator/calls` | forgets them |
 * | `GET /__simulator/faults` | the rules in force |
 * | `POST /__simulator/faults` | adds a rule: `{ product?, operation?, tenant?, host?, times?, effect: { kind, ... } }` -> `{ id }` |
 * | `DELETE /__simulator/faults`, `DELETE /__simulator/faults/{id}` | ends all rules, or one |
 * | `GET /__simulator/oddities?tenant=` | how the oddities stand, for all tenants or one |
 * | `POST /__simulator/oddities` | changes some: `{ tenant?, changes: { name: value, ... } }` |
 * | `DELETE /__simulator/oddities` | as at the start |
 * | `GET /__simulator/tenants` | name, id, cloud, client ids, users and local endpoints of each tenant |
 */
export const createControl = ({ calls, faults, oddities, directory, endpointsOf }: ControlDeps) => {
  const routes: readonly ControlRoute[] = [
    {
      method: 'GET',
      path: '/__simulator/calls',
      handle: ({ query }) => {
        const filter = callFilterSchema.parse(Object.fromEntries(query));
        return { status: 200, body: { count: calls.count(filter), calls: calls.list(filter) } };
      },
    },
    {
      method: 'DELETE',
      path: '/__simulator/calls',
      handle: () => {
        calls.reset();
        return { status: 204 };
      },
    },
    { method: 'GET', path: '/__simulator/faults', handle: () => ({ status: 200, body: { faults: faults.list() } }) },
    {
      method: 'POST',
      path: '/__simulator/faults',
      handle: ({ body }) => ({ status: 201, body: { id: faults.add(faultRuleSchema.parse(parseJson(body))) } }),
    },
    {
      method: 'DELETE',
      path: '/__simulator/faults',
      handle: () => {
        faults.clear();
        return { status: 204 };
      },
    },
    {
      method: 'DELETE',
      path: '/__simulator/faults/{id}',
      handle: (_incoming, { id }) => {
        if (id !== undefined) faults.clear(id);
        return { status: 204 };
      },
    },
    {
      method: 'GET',
      path: '/__simulator/oddities',
      handle: ({ query }) => ({ status: 200, body: { oddities: oddities.of(query.get('tenant')).values } }),
    },
    {
      method: 'POST',
      path: '/__simulator/oddities',
      handle: ({ body }) => {
        const { tenant, changes } = odditiesSchema.parse(parseJson(body));
        oddities.set(changes, tenant);
        return { status: 204 };
      },
    },
    {
      method: 'DELETE',
      path: '/__simulator/oddities',
      handle: () => {
        oddities.reset();
        return { status: 204 };
      },
    },
    {
      method: 'GET',
      path: '/__simulator/tenants',
      handle: () => ({
        status: 200,
        body: {
          tenants: directory.tenants.map(({ name, tenantId, cloud, apps, users }) => ({
            name,
            tenantId,
            cloud,
            clientIds: apps.map(({ clientId }) => clientId),
            users: users.map(({ userPrincipalName }) => userPrincipalName),
            endpoints: endpointsOf(name),
          })),
        },
      }),
    },
  ];
  const table = createRouteTable(routes);

  /** Answers a request under `controlPrefix`. */
  return (incoming: Incoming): SimResponse => {
    const match = table.match(incoming.method, incoming.path);
    if (match.kind !== 'found')
      return { status: match.kind === 'unknown' ? 404 : 405, body: { error: 'No such control' } };
    try {
      return match.route.handle(incoming, match.params);
    } catch (thrown) {
      if (thrown instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(thrown) } };
      if (thrown instanceof SyntaxError) return { status: 400, body: { error: 'The body is not valid JSON' } };
      throw thrown;
    }
  };
};
