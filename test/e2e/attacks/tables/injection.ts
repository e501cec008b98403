import { expect } from 'vitest';
import { encodeGlobalId, type NodeType } from '../../../../src/loaders/global-id.ts';
import { type Attack, type Attacks, gql } from '../attack.ts';
import type { Target } from '../target.ts';

/** Path and query of what Microsoft was asked, in clear. */
const asked = ({ simulator }: Target): readonly string[] =>
  simulator.calls.list({ batched: false }).map(({ path }) => decodeURIComponent(path));

const look = (field: string, argument: string, value: string): Attack => ({
  send: () => gql(`query ($id: ID!) { ${field}(tenant: "contoso", ${argument}: $id) { id } }`, { id: value }),
  status: 200,
  code: 'BAD_USER_INPUT',
  says: /is not an id of this kind/,
});

/** A global id that says more than an id: it has not the form of its type, and nobody is asked. */
const node = (type: NodeType, id: string): Attack => ({
  send: () => gql('query ($id: ID!) { node(id: $id) { id } }', { id: encodeGlobalId({ type, tenant: 'contoso', id }) }),
  status: 200,
  code: 'BAD_USER_INPUT',
  calls: 0,
  says: /"node":null/,
});

/** A filter value that is meant to end the literal: it comes to Microsoft inside of it or, `sentAs` null, not at all, and finds nothing. */
const filter = (list: string, condition: string, value: string, sentAs: string | null, calls = 1): Attack => ({
  send: () =>
    gql(
      `query ($value: String!) { ${list}(tenants: ["contoso"], filter: { ${condition}: $value }) { nodes { id } } }`,
      {
        value,
      },
    ),
  status: 200,
  says: /"nodes":\[\]/,
  calls,
  afterwards: (target) =>
    sentAs === null ? expect(asked(target)[0]).not.toContain('999') : expect(asked(target)[0]).toContain(sentAs),
});

/** A value for a hunt that is meant to become an operator: it stays a literal. */
const hunt = (value: string, sentAs: string): Attack => ({
  send: () =>
    gql(
      'query ($value: String!) { hunt(input: { query: "DeviceInfo | where DeviceName == name", parameters: [{ name: "name", string: $value }], tenants: ["contoso"] }) { rowCount } }',
      { value },
    ),
  status: 200,
  says: /"rowCount":0/,
  calls: 1,
  afterwards: ({ simulator }) => {
    const [call] = simulator.calls.list({ operation: 'graph.hunting.runHuntingQuery' }).length
      ? simulator.calls.list({ operation: 'graph.hunting.runHuntingQuery' })
      : simulator.calls.list({ product: 'graph' });
    expect(JSON.stringify(call?.body)).toContain(JSON.stringify(sentAs).slice(1, -1));
  },
});

const tenant = (name: string): Attack => ({
  send: () => gql('query ($name: String!) { tenant(name: $name) { name } }', { name }),
  status: 200,
  code: 'NOT_FOUND',
});

/** Text that is meant to become part of a query, a path or a header. */
export const injection: Attacks = {
  "OData: a quote in an owner's name": filter('incidents', 'assignedTo', "x' or '999' eq '999", null),
  'OData: a quote in a DNS name': filter(
    'machines',
    'computerDnsName',
    "x') or (1 eq 1",
    "startswith(computerDnsName,'x')",
    1,
  ),
  'OData: a second query option in a value': filter('incidents', 'assignedTo', 'x&$top=999', null),
  'OData: a quote in an incident id': look('incident', 'incidentId', "1' or '1' eq '1"),
  'OData: a bracket in an alert id': look('alert', 'alertId', 'da1) or (1 eq 1'),
  'KQL: a quote in a parameter': hunt('x" or 1 == 1 //', 'x\\" or 1 == 1 //'),
  'KQL: a line break and a second statement in a parameter': hunt('x"\n| union DeviceEvents', 'x\\"\\u000a| union'),
  'KQL: a parameter that names itself like a table': {
    send: () =>
      gql(
        '{ hunt(input: { query: "DeviceInfo", parameters: [{ name: "x = 1; DeviceEvents", string: "y" }] }) { rowCount } }',
      ),
    status: 200,
    code: 'BAD_USER_INPUT',
  },
  'KQL: a management command': {
    send: () => gql('{ hunt(input: { query: "\\n .drop table DeviceInfo", tenants: ["contoso"] }) { rowCount } }'),
    status: 200,
    code: 'BAD_USER_INPUT',
    says: /management commands/,
  },
  'path: up from a machine': look('machine', 'machineId', '../alerts'),
  'path: up from a machine, encoded': look('machine', 'machineId', '%2e%2e%2falerts'),
  'path: a query behind an alert': look('alert', 'alertId', 'da1?$expand=user'),
  'path: a fragment behind an incident': look('incident', 'incidentId', '1#'),
  'path: two dots for a machine': {
    send: () => gql('{ machine(tenant: "contoso", machineId: "..") { id } }'),
    status: 200,
    code: 'BAD_USER_INPUT',
  },
  'path: up, in the global id of a machine': node('Machine', '../../api/alerts'),
  'path: two dots in the global id of a machine action': {
    send: () =>
      gql('query ($id: ID!) { node(id: $id) { id } }', {
        id: encodeGlobalId({ type: 'MachineAction', tenant: 'contoso', id: '..' }),
      }),
    status: 200,
    code: 'BAD_USER_INPUT',
  },
  'a tenant: a quote': tenant("contoso' or '1"),
  'a tenant: a line break': tenant('contoso\nfabrikam'),
  'a tenant: NUL': tenant('contoso\u0000'),
  'a tenant: other case': tenant('CONTOSO'),
  'a tenant: __proto__': tenant('__proto__'),
  'a tenant: constructor': tenant('constructor'),
  'a tenant in a global id: __proto__': {
    send: () =>
      gql('query ($id: ID!) { node(id: $id) { id } }', {
        id: encodeGlobalId({ type: 'Machine', tenant: '__proto__', id: 'x' }),
      }),
    status: 200,
    says: /"node":null/,
  },
  'a header: a request id that is none': {
    send: () => ({
      ...gql('{ viewer { name } }'),
      headers: { ...gql('').headers, 'x-request-id': 'abc","level":"error' },
    }),
    status: 200,
    afterwards: (_, { headers }) => expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/),
  },
  'a header: Set-Cookie in the id of an operation': {
    send: () => gql('query ($id: ID!) { node(id: $id) { id } }', { id: 'x\r\nSet-Cookie: a=b' }),
    status: 200,
    code: 'BAD_USER_INPUT',
    afterwards: (_, { headers }) => expect(headers['set-cookie']).toBeUndefined(),
  },
};
