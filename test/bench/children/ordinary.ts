import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import { makeExecutableSchema } from '@graphql-tools/schema';
import DataLoader from 'dataloader';
import express from 'express';
import type { MdeMachine } from '../../../src/upstream/mde/wire.ts';
import {
  machinesPerCall,
  newestFirst,
  screaming,
  type WireAlert,
  type WireEvidence,
  type WireIncident,
} from './baseline-page.ts';
import { read } from './by-hand.ts';
import { reportReady } from './start.ts';

/**
 * What a team would write with the usual packages: Apollo Server behind express, a resolver where names differ, a DataLoader for
 * machines. It checks nothing, limits nothing, logs nothing, and knows one tenant.
 */
const evidenceTypes = (
  /^union Evidence = (.+)$/m.exec(
    readFileSync(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8'),
  )?.[1] ?? ''
).split(' | ');

const shown: Readonly<Record<string, string>> = {
  DeviceEvidence: 'deviceDnsName: String machine: Machine',
  ProcessEvidence: 'processCommandLine: String machine: Machine',
  UserEvidence: 'userAccount: UserAccount',
  FileEvidence: 'fileDetails: FileDetails',
  IpEvidence: 'ipAddress: String',
  UrlEvidence: 'url: String',
};

const typeDefs = `
  type UserAccount { accountName: String userPrincipalName: String }
  type FileDetails { fileName: String sha1: String }
  type Machine { machineId: ID! computerDnsName: String osPlatform: String riskScore: String healthStatus: String lastSeen: String }
  ${evidenceTypes.map((name) => `type ${name} { ${shown[name] ?? 'none: String'} }`).join(' ')}
  union Evidence = ${evidenceTypes.join(' | ')}
  type Alert { alertId: ID! title: String severity: String status: String category: String createdAt: String updatedAt: String evidence: [Evidence!] }
  type AlertConnection { nodes: [Alert!]! }
  type Incident { incidentId: ID! title: String severity: String status: String assignedTo: String createdAt: String updatedAt: String alerts(first: Int): AlertConnection }
  type Failure { code: String! }
  type PageInfo { hasNextPage: Boolean! }
  type IncidentConnection { nodes: [Incident!]! failures: [Failure!]! pageInfo: PageInfo! }
  type MachineConnection { nodes: [Machine!]! failures: [Failure!]! }
  type Query {
    incidents(tenants: [String!], first: Int): IncidentConnection
    machines(tenants: [String!], first: Int): MachineConnection
    machine(tenant: String!, machineId: ID!): Machine
  }`;

interface Context {
  readonly machines: DataLoader<string, MdeMachine | null>;
}

const createContext = (): Context => ({
  machines: new DataLoader(
    async (ids) => {
      const [only, ...others] = ids;
      if (only !== undefined && others.length === 0) {
        const machine: MdeMachine = JSON.parse(await read('mde', `/api/machines/${only}`));
        return [machine];
      }
      const filter = encodeURIComponent(`id in (${ids.map((id) => `"${id}"`).join(',')})`);
      const page: { readonly value: readonly MdeMachine[] } = JSON.parse(
        await read('mde', `/api/machines?$filter=${filter}&$top=${ids.length}`),
      );
      const found = new Map(page.value.map((machine) => [machine.id, machine]));
      return ids.map((id) => found.get(id) ?? null);
    },
    { maxBatchSize: machinesPerCall },
  ),
});

const severity = (row: { readonly severity?: string | null }) => screaming(row.severity);
const status = (row: { readonly status?: string | null }) => screaming(row.status);
const machine = ({ mdeDeviceId }: WireEvidence, _: unknown, { machines }: Context) =>
  mdeDeviceId == null ? null : machines.load(mdeDeviceId);

const kindOf = ({ '@odata.type': type }: WireEvidence): string => {
  const kind = String(type).split('.').at(-1) ?? '';
  const name = `${kind[0]?.toUpperCase()}${kind.slice(1)}`;
  return shown[name] !== undefined || evidenceTypes.includes(name) ? name : 'OtherEvidence';
};

const schema = makeExecutableSchema<Context>({
  typeDefs,
  resolvers: {
    Query: {
      incidents: async (_: unknown, { first }: { readonly first: number }) => {
        const page: { readonly value: readonly WireIncident[]; readonly '@odata.nextLink'?: string } = JSON.parse(
          await read('graph', `/v1.0/security/incidents?$top=${first}&$expand=alerts`),
        );
        const pageInfo = { hasNextPage: page['@odata.nextLink'] !== undefined };
        return { nodes: page.value, failures: [], pageInfo };
      },
      machines: async (_: unknown, { first }: { readonly first: number }) => {
        const page: { readonly value: readonly MdeMachine[] } = JSON.parse(
          await read('mde', `/api/machines?$top=${first + 1}`),
        );
        return { nodes: page.value, failures: [] };
      },
      machine: (_: unknown, { machineId }: { readonly machineId: string }, { machines }: Context) =>
        machines.load(machineId),
    },
    Incident: {
      incidentId: ({ id }: WireIncident) => id,
      title: ({ displayName }: WireIncident) => displayName,
      severity,
      status,
      createdAt: ({ createdDateTime }: WireIncident) => createdDateTime,
      updatedAt: ({ lastUpdateDateTime }: WireIncident) => lastUpdateDateTime,
      alerts: ({ alerts }: WireIncident) => ({ nodes: [...(alerts ?? [])].sort(newestFirst) }),
    },
    Alert: {
      alertId: ({ id }: WireAlert) => id,
      severity,
      status,
      createdAt: ({ createdDateTime }: WireAlert) => createdDateTime,
      updatedAt: ({ lastUpdateDateTime }: WireAlert) => lastUpdateDateTime,
    },
    Evidence: { __resolveType: kindOf },
    DeviceEvidence: { machine },
    ProcessEvidence: { machine },
    Machine: {
      machineId: ({ id }: MdeMachine) => id,
      riskScore: ({ riskScore }: MdeMachine) => screaming(riskScore),
      healthStatus: ({ healthStatus }: MdeMachine) => screaming(healthStatus),
    },
  },
});

const apollo = new ApolloServer<Context>({ schema });
await apollo.start();
const app = express();
app.use('/graphql', express.json(), expressMiddleware(apollo, { context: async () => createContext() }));
const server = createServer(app).listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') reportReady(`http://127.0.0.1:${address.port}`);
});
