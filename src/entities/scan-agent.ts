import type { ScanAgentFilter } from '../generated/inputs.ts';
import { mde } from '../microsoft/mde/index.ts';
import { amongTexts, type FilterRows } from '../routing/filters/rows.ts';
import { asId, asMachineId, asSentWithoutSignIn, asText, asTime, type EntityOf } from '../unification/fields.ts';
import { isObject } from '../unification/values.ts';
import { call, type Kind } from '../upstream/call.ts';
import type { Operation } from '../upstream/http/operation.ts';
import { readEntity, readPage } from '../upstream/http/shape.ts';
import { entity, fromMde, type OfTenant, ofItsMachine } from './entity.ts';
import { checkedBy, type IdentifiedWire, identified } from './mde-entity.ts';
import { wholeReads } from './whole-reads.ts';

/** get-all-scan-agents.md; inside a definition an agent names its machine otherwise, and examples write some names in two cases. */
export const scanAgentFields = {
  scanAgentId: asId('id'),
  machineId: asMachineId('machineId'),
  computerDnsName: asText('computerDnsName', 'machineName'),
  lastSeen: asTime('lastSeen'),
  assignedApplicationId: asText('assignedApplicationId', 'AssignedApplicationId'),
  scannerSoftwareVersion: asText('scannerSoftwareVersion', 'ScannerSoftwareVersion'),
  lastCommandExecutionTimestamp: asTime('lastCommandExecutionTimestamp', 'LastCommandExecutionTimestamp'),
  mdeClientVersion: asText('mdeClientVersion'),
  raw: asSentWithoutSignIn(),
} as const;

/** A machine that scans others. */
export interface ScanAgent extends OfTenant, EntityOf<typeof scanAgentFields> {}

/** Reads one. */
export const scanAgentFromMde = fromMde(scanAgentFields);

const id = {
  field: 'scanAgentId',
  form: /^[\w-]+_[0-9a-z]{20,60}$/i,
  says: "the organisation's id and the machine's, with _ between",
} as const;
const idOf = ({ scanAgentId }: ScanAgent): string => scanAgentId;

/**
 * One agent, whose example is wrapped as a list. The example's path has the id of a machine, so that a 404 for an agent's id is
 * no proof that there is none: the list has the last word. Get-agent-details.md
 */
const agentById = (id: string, kind: Kind<IdentifiedWire>): Operation<IdentifiedWire | null> => {
  const wrapped = readPage(kind.many, kind.is);
  const bare = readEntity(kind.one, kind.is);
  return call<'/api/DeviceAuthenticatedScanAgents/{id}', IdentifiedWire | null>(
    mde.getScanAgent,
    { id },
    {
      parse: (body) =>
        isObject(body) && Array.isArray(body.value)
          ? (wrapped(body).items.find((agent) => agent.id === id) ?? null)
          : bare(body),
      whenNotFound: () => null,
    },
  );
};

/** The list takes no `$filter`. */
const rows = {
  computerDnsName: amongTexts(({ computerDnsName }: ScanAgent) => [computerDnsName]),
} satisfies FilterRows<ScanAgentFilter, ScanAgent>;

/** The row of the table of entities. */
export const scanAgents = entity({
  type: 'ScanAgent',
  id,
  idOf,
  permission: 'machine:read',
  visible: ofItsMachine,
  reads: wholeReads<ScanAgentFilter, ScanAgent>({
    capability: 'scans.read',
    kind: identified('a scan agent', 'scan agents'),
    list: mde.listScanAgents,
    one: agentById,
    read: scanAgentFromMde,
    rows,
    idOf,
  }),
  timeOf: null,
  orders: {},
  check: checkedBy<ScanAgentFilter, ScanAgent>(rows),
});
