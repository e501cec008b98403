import type { GraphAlert, GraphIncident } from '../../../src/upstream/graph/wire.ts';
import type { MdeMachine } from '../../../src/upstream/mde/wire.ts';

/** One GET with a token; the body as text. */
export type Read = (api: 'graph' | 'mde', path: string) => Promise<string>;

/** What the page shows of any kind of evidence: what is there depends on `@odata.type`. */
export interface WireEvidence {
  readonly '@odata.type'?: string | null;
  readonly mdeDeviceId?: string | null;
  readonly deviceDnsName?: string | null;
  readonly processCommandLine?: string | null;
  readonly ipAddress?: string | null;
  readonly url?: string | null;
  readonly userAccount?: { readonly accountName?: string | null; readonly userPrincipalName?: string | null } | null;
  readonly fileDetails?: { readonly fileName?: string | null; readonly sha1?: string | null } | null;
}

export type WireAlert = Omit<GraphAlert, 'evidence'> & { readonly evidence?: readonly WireEvidence[] | null };
export type WireIncident = Omit<GraphIncident, 'alerts'> & { readonly alerts?: readonly WireAlert[] | null };

/** Ids that fit into one `$filter`. */
export const machinesPerCall = 39;

const words = new Map<string, string>();

/** `inProgress` and `InProgress` are `IN_PROGRESS`. */
export const screaming = (word: unknown): string => {
  if (typeof word !== 'string') return 'UNKNOWN';
  const known = words.get(word);
  if (known !== undefined) return known;
  const made = word.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
  words.set(word, made);
  return made;
};

const machineFields = (machine: MdeMachine | undefined) =>
  machine === undefined
    ? null
    : {
        machineId: machine.id,
        computerDnsName: machine.computerDnsName ?? null,
        osPlatform: machine.osPlatform ?? null,
        riskScore: screaming(machine.riskScore),
        healthStatus: screaming(machine.healthStatus),
        lastSeen: machine.lastSeen ?? null,
      };

type Machines = ReadonlyMap<string, MdeMachine>;

const machineOf = (id: unknown, machines: Machines) =>
  machineFields(typeof id === 'string' ? machines.get(id) : undefined);

const evidenceFields = (evidence: WireEvidence, machines: Machines) => {
  switch (evidence['@odata.type']) {
    case '#microsoft.graph.security.deviceEvidence':
      return {
        __typename: 'DeviceEvidence',
        deviceDnsName: evidence.deviceDnsName ?? null,
        machine: machineOf(evidence.mdeDeviceId, machines),
      };
    case '#microsoft.graph.security.processEvidence':
      return {
        __typename: 'ProcessEvidence',
        processCommandLine: evidence.processCommandLine ?? null,
        machine: machineOf(evidence.mdeDeviceId, machines),
      };
    case '#microsoft.graph.security.userEvidence':
      return {
        __typename: 'UserEvidence',
        userAccount: {
          accountName: evidence.userAccount?.accountName ?? null,
          userPrincipalName: evidence.userAccount?.userPrincipalName ?? null,
        },
      };
    case '#microsoft.graph.security.fileEvidence':
      return {
        __typename: 'FileEvidence',
        fileDetails: {
          fileName: evidence.fileDetails?.fileName ?? null,
          sha1: evidence.fileDetails?.sha1 ?? null,
        },
      };
    case '#microsoft.graph.security.ipEvidence':
      return { __typename: 'IpEvidence', ipAddress: evidence.ipAddress ?? null };
    case '#microsoft.graph.security.urlEvidence':
      return { __typename: 'UrlEvidence', url: evidence.url ?? null };
    default: {
      const kind = String(evidence['@odata.type']).split('.').at(-1) ?? '';
      // The graph has a type for every kind of Graph's metadata; the demo's estate sends one kind besides.
      return { __typename: kind === 'quantumEvidence' ? 'OtherEvidence' : `${kind[0]?.toUpperCase()}${kind.slice(1)}` };
    }
  }
};

const alertFields = (alert: WireAlert, machines: Machines) => ({
  alertId: alert.id,
  title: alert.title ?? null,
  severity: screaming(alert.severity),
  status: screaming(alert.status),
  category: alert.category ?? null,
  createdAt: alert.createdDateTime ?? null,
  updatedAt: alert.lastUpdateDateTime ?? null,
  evidence: (alert.evidence ?? []).map((evidence) => evidenceFields(evidence, machines)),
});

export const newestFirst = (a: WireAlert, b: WireAlert): number => {
  const [left, right] = [a.createdDateTime ?? '', b.createdDateTime ?? ''];
  if (left === right) return 0;
  return left < right ? 1 : -1;
};

const incidentFields = (incident: WireIncident, machines: Machines) => ({
  incidentId: incident.id,
  title: incident.displayName ?? null,
  severity: screaming(incident.severity),
  status: screaming(incident.status),
  assignedTo: incident.assignedTo ?? null,
  createdAt: incident.createdDateTime ?? null,
  updatedAt: incident.lastUpdateDateTime ?? null,
  alerts: {
    nodes: [...(incident.alerts ?? [])].sort(newestFirst).map((alert) => alertFields(alert, machines)),
  },
});

const machineIdsOf = (incidents: readonly WireIncident[]): string[] => {
  const ids = new Set<string>();
  for (const { alerts } of incidents) {
    for (const { evidence } of alerts ?? []) {
      for (const item of evidence ?? []) {
        const type = item['@odata.type'];
        const leads = type?.endsWith('.deviceEvidence') === true || type?.endsWith('.processEvidence') === true;
        if (leads && typeof item.mdeDeviceId === 'string') ids.add(item.mdeDeviceId);
      }
    }
  }
  return [...ids];
};

/** The answer of `machineQuery`. */
export const machineById = async (read: Read, id: string) => {
  const machine: MdeMachine = JSON.parse(await read('mde', `/api/machines/${id}`));
  const { computerDnsName = null, riskScore } = machine;
  return { data: { machine: { machineId: machine.id, computerDnsName, riskScore: screaming(riskScore) } } };
};

/** The answer of `machinesQuery`. */
export const machinePage = async (read: Read) => {
  const page: { readonly value: readonly MdeMachine[] } = JSON.parse(await read('mde', '/api/machines?$top=1001'));
  const nodes = page.value.map((machine) => ({
    computerDnsName: machine.computerDnsName ?? null,
    osPlatform: machine.osPlatform ?? null,
    riskScore: screaming(machine.riskScore),
    healthStatus: screaming(machine.healthStatus),
    lastSeen: machine.lastSeen ?? null,
  }));
  return { data: { machines: { nodes, failures: [] } } };
};

/** The page of `incidentPageQuery` by hand: one call of Graph, one of MDE for 39 machines, all joined. */
export const createIncidentPage = (read: Read) => {
  const readMachines = async (ids: readonly string[]): Promise<readonly MdeMachine[]> => {
    const filter = encodeURIComponent(`id in (${ids.map((id) => `"${id}"`).join(',')})`);
    const page: { readonly value: readonly MdeMachine[] } = JSON.parse(
      await read('mde', `/api/machines?$filter=${filter}&$top=${ids.length}`),
    );
    return page.value;
  };

  return async () => {
    const page: { readonly value: readonly WireIncident[]; readonly '@odata.nextLink'?: string } = JSON.parse(
      await read('graph', '/v1.0/security/incidents?$top=50&$expand=alerts'),
    );
    const ids = machineIdsOf(page.value);
    const chunks: string[][] = [];
    for (let start = 0; start < ids.length; start += machinesPerCall)
      chunks.push(ids.slice(start, start + machinesPerCall));
    const machines = new Map(
      (await Promise.all(chunks.map(readMachines))).flat().map((machine) => [machine.id, machine]),
    );
    return {
      data: {
        incidents: {
          nodes: page.value.map((incident) => incidentFields(incident, machines)),
          failures: [],
          pageInfo: { hasNextPage: page['@odata.nextLink'] !== undefined },
        },
      },
    };
  };
};
