import type { CallFilter } from '../../src/simulator/index.ts';
import type { Running } from '../support/gateway.ts';
import { type Lab, tenantNames } from './lab.ts';
import { machineRows, type StandInRow, timedRows } from './stand-in.ts';
import { turnPages } from './turn-pages.ts';

/** Something that callers may count on, as a figure that can be counted: the same on any machine. */
export interface CountedPromise {
  readonly measure: string;
  readonly unit: 'calls' | 'rows';
  /** The figure is between these. */
  readonly least?: number;
  readonly most: number;
  readonly count: (lab: Lab) => Promise<number>;
}

/** HTTP requests to the APIs; the parts of a `$batch` travel in one. */
const callsOf = ({ simulator }: Running, filter: CallFilter = {}): number =>
  (['graph', 'mde', 'm365d'] as const)
    .map((product) => simulator.calls.count({ ...filter, product, batched: false }))
    .reduce((sum, calls) => sum + calls, 0);

/** Asks, and throws unless there is an answer without an error. */
const asked = async <Data>(running: Running, query: string, variables = {}): Promise<Data> => {
  const { data, errors, text } = await running.ask<Data>(query, variables);
  if (errors.length > 0) throw new Error(text.slice(0, 500));
  return data;
};

const callsFor = async (running: Running, query: string): Promise<number> => {
  running.simulator.calls.reset();
  await asked(running, query);
  return callsOf(running);
};

/** Ids of a list of 10,000 alerts, 500 a page, to which things happen at both ends between two pages. */
const turnWhileChanging = async ({ many, estate }: Lab) => {
  const { alerts } = estate('t000');
  const before = timedRows('a', 10_000);
  alerts.splice(0, alerts.length, ...before);
  let pages = 0;
  const seen = await turnPages(many, 'alerts(tenants: ["t000"], first: 500)', 'alertId', () => {
    pages += 1;
    // Some are new, some come in late with an old time, some at either end change.
    alerts.unshift(...timedRows(`new${pages}-`, 7, -10 * pages));
    alerts.push(...timedRows(`old${pages}-`, 7, 10_000 + 10 * pages));
    for (const at of [3, 40, alerts.length - 3, alerts.length - 40]) {
      const alert = alerts[at];
      if (alert !== undefined) alerts[at] = { ...alert, status: 'resolved', severity: 'low' };
    }
  });
  alerts.splice(0);
  const distinct = new Set(seen);
  return { lost: before.filter(({ id }) => !distinct.has(id)).length, twice: seen.length - distinct.size };
};

/** Ids of a list of 10,000 machines, 200 a page, of which some come, go and change between two pages: it has no order to go by. */
const turnMachinesWhileChanging = async ({ many, estate }: Lab) => {
  const { machines } = estate('t003');
  const idOf = (at: number): string => at.toString(16).padStart(40, '0');
  const rowsFrom = (from: number, count: number) =>
    Array.from({ length: count }, (_, at) => ({ id: idOf(from + at), createdDateTime: '2026-01-01T00:00:00Z' }));
  const before = rowsFrom(0, 10_000);
  machines.splice(0, machines.length, ...before);
  const gone = new Set<string>();
  let pages = 0;
  const seen = await turnPages(many, 'machines(tenants: ["t003"], first: 200)', 'machineId', () => {
    pages += 1;
    machines.unshift(...rowsFrom(100_000 + pages * 10, 2));
    machines.push(...rowsFrom(200_000 + pages * 10, 3));
    for (const { id } of [...machines.splice(20, 3), ...machines.splice(-20, 2)]) gone.add(id);
    for (const at of [5, 150, 5000]) {
      const machine = machines[at];
      if (machine !== undefined) machines[at] = { ...machine, healthStatus: 'Inactive' };
    }
  });
  machines.splice(0);
  const distinct = new Set(seen);
  const stayed = before.filter(({ id }) => !gone.has(id));
  return { lost: stayed.filter(({ id }) => !distinct.has(id)).length, twice: seen.length - distinct.size };
};

/** Where the rows of 200 tenants lie in time: as they come, one after the other, or by chance (the same at each run). */
const spreads: Readonly<Record<'even' | 'random', (tenant: number) => StandInRow[]>> = {
  even: (tenant) => timedRows(`${tenant}0`, 50, (tenant * 7) % 60, 60),
  random: (tenant) => {
    let state = tenant + 1;
    const minutes = Array.from({ length: 50 }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return state % 100_000;
    });
    return minutes.toSorted((a, b) => a - b).flatMap((from, index) => timedRows(`${tenant}r${index}-`, 1, from));
  },
};

/** Machines of 200 tenants that fill no page of 1,000: some have none, one has more than the others. */
const askFewMachines = async ({ many, standIn, estate }: Lab, times: number): Promise<number> => {
  const sizes = tenantNames.map((_, tenant) => (tenant === 100 ? 10 : tenant % 10));
  for (const [tenant, name] of tenantNames.entries())
    estate(name).machines.splice(0, Number.POSITIVE_INFINITY, ...machineRows(sizes[tenant] ?? 0, tenant * 100));
  for (let time = 0; time < times; time += 1) {
    standIn.take();
    const { machines } = await asked<{ machines: { nodes: readonly unknown[]; pageInfo: { hasNextPage: boolean } } }>(
      many,
      '{ machines(first: 1000) { nodes { computerDnsName } pageInfo { hasNextPage } } }',
    );
    if (machines.nodes.length !== sizes.reduce((sum, size) => sum + size) || machines.pageInfo.hasNextPage)
      throw new Error(`${machines.nodes.length} machines`);
  }
  for (const name of tenantNames) estate(name).machines.splice(0);
  return standIn.take().calls;
};

/** Rows read for a page of 1,000 over 200 tenants of 50 rows each. */
const rowsRead = async (
  { many, standIn, estate }: Lab,
  of: 'alerts' | 'incidents',
  spread: keyof typeof spreads,
): Promise<number> => {
  for (const [index, name] of tenantNames.entries())
    estate(name)[of].splice(0, Number.POSITIVE_INFINITY, ...spreads[spread](index));
  standIn.take();
  const { list } = await asked<{ list: { nodes: readonly unknown[] } }>(
    many,
    `{ list: ${of}(first: 1000) { nodes { id createdAt } } }`,
  );
  for (const name of tenantNames) estate(name)[of].splice(0);
  if (list.nodes.length !== 1000) throw new Error(`${of}: ${list.nodes.length} rows instead of 1000`);
  return standIn.take().rows;
};

/** What a vulnerability page of so many machines costs. */
const vulnerabilityPage = ({ simulated }: Lab, machines: number): Promise<number> =>
  callsFor(
    simulated,
    `{ machines(tenants: ["contoso"], first: ${machines}) { nodes {
      computerDnsName
      software(first: 1) { totalCount nodes { softwareId } }
      vulnerabilities(first: 3) { totalCount nodes { cveId severity } }
      missingKbs(first: 5) { totalCount nodes { kbId } }
    } } }`,
  );

/** What an overview of so many machines costs. */
const machinePage = ({ simulated }: Lab, machines: number): Promise<number> =>
  callsFor(
    simulated,
    `{ machines(tenants: ["contoso"], first: ${machines}) { nodes {
      computerDnsName
      software(first: 1) { totalCount }
      vulnerabilities(first: 3) { totalCount nodes { cveId severity } }
      actions(first: 3) { nodes { type status } }
      alerts(first: 3) { totalCount nodes { title severity } }
      antivirusHealth { avMode avIsSignatureUpToDate }
    } } }`,
  );

/** An alert of the simulator that is on a machine. */
const someAlert = ({ simulated }: Lab) => {
  for (const { incidentId, evidence } of simulated.simulator.world('contoso').alerts)
    for (const shown of evidence) if (shown.type === 'device') return { incidentId, machineId: shown.machine.id };
  throw new Error('No alert of the simulator has a machine');
};

/** How often a question goes to Microsoft whose quota is used up at the first call, when it is asked three times. */
const callsOfUsedUpQuota = async ({ simulated }: Lab, query: string, says: 'seconds' | 'words'): Promise<number> => {
  const { faults, calls } = simulated.simulator;
  faults.add({ tenant: 'fabrikam', effect: { kind: 'throttled', says, waitSeconds: 3600 } });
  calls.reset();
  for (let time = 0; time < 3; time += 1) await simulated.ask(query);
  faults.clear();
  return callsOf(simulated, { tenant: 'fabrikam' });
};

/** Every promise that is counted. What uses up a tenant's quota comes last. */
export const countedPromises: readonly CountedPromise[] = [
  {
    measure: '100 alerts, each page worked off before the next: seen',
    unit: 'rows',
    least: 100,
    most: 100,
    count: async ({ many, estate }) => {
      const { alerts } = estate('t001');
      alerts.push(...timedRows('w', 100));
      const seen = await turnPages(
        many,
        'alerts(tenants: ["t001"], first: 25, filter: { status: [NEW] })',
        'alertId',
        (ids) => {
          for (const [index, alert] of alerts.entries())
            if (ids.includes(alert.id)) alerts[index] = { ...alert, status: 'resolved' };
        },
      );
      alerts.splice(0);
      return new Set(seen).size;
    },
  },
  {
    measure: '10,000 alerts that change at both ends: lost',
    unit: 'rows',
    most: 0,
    count: async (lab) => (await turnWhileChanging(lab)).lost,
  },
  {
    measure: '10,000 alerts that change at both ends: twice',
    unit: 'rows',
    most: 0,
    count: async (lab) => (await turnWhileChanging(lab)).twice,
  },
  {
    measure: '10,000 machines that come, go and change: lost',
    unit: 'rows',
    most: 0,
    count: async (lab) => (await turnMachinesWhileChanging(lab)).lost,
  },
  {
    measure: '10,000 machines that come, go and change: twice',
    unit: 'rows',
    most: 0,
    count: async (lab) => (await turnMachinesWhileChanging(lab)).twice,
  },
  {
    measure: 'alerts of one incident',
    unit: 'calls',
    most: 1,
    count: (lab) =>
      callsFor(
        lab.simulated,
        `{ alerts(tenants: ["contoso"], filter: { incidentId: "${someAlert(lab).incidentId}" }) { nodes { title } } }`,
      ),
  },
  {
    measure: 'alerts of one machine',
    unit: 'calls',
    most: 1,
    count: (lab) =>
      callsFor(
        lab.simulated,
        `{ alerts(tenants: ["contoso"], filter: { machineId: "${someAlert(lab).machineId}" }) { nodes { title } } }`,
      ),
  },
  {
    measure: 'a scan of 10,000 alerts for a title that none has',
    unit: 'calls',
    most: 10,
    count: async ({ many, standIn, estate }) => {
      const { alerts } = estate('t002');
      alerts.push(...timedRows('s', 10_000));
      standIn.take();
      await asked(many, '{ alerts(tenants: ["t002"], filter: { titleContains: "nowhere" }) { nodes { title } } }');
      alerts.splice(0);
      return standIn.take().calls;
    },
  },
  {
    measure: 'page 2 of an ordered list',
    unit: 'calls',
    most: 0,
    count: async ({ simulated }) => {
      const page = `query ($after: String) {
        list: machines(tenants: ["contoso"], first: 10, after: $after, orderBy: { field: RISK_SCORE }) { pageInfo { endCursor } }
      }`;
      const { list } = await asked<{ list: { pageInfo: { endCursor: string } } }>(simulated, page);
      simulated.simulator.calls.reset();
      await asked(simulated, page, { after: list.pageInfo.endCursor });
      return callsOf(simulated);
    },
  },
  {
    measure: '50 machines over 50 tenants, the first of which has 1,000',
    unit: 'calls',
    least: 1,
    most: 3,
    count: async ({ many, standIn, estate }) => {
      const tenants = tenantNames.slice(0, 50);
      for (const [index, name] of tenants.entries())
        estate(name).machines.push(...machineRows(index === 0 ? 1000 : 5, index * 1000));
      standIn.take();
      await asked(many, `{ machines(tenants: ${JSON.stringify(tenants)}, first: 50) { nodes { computerDnsName } } }`);
      for (const name of tenants) estate(name).machines.splice(0);
      return standIn.take().calls;
    },
  },
  {
    // Each tenant, and the ends of those that have any: a page that is not full is no end.
    measure: 'all machines of 200 tenants that have few',
    unit: 'calls',
    least: 381,
    most: 381,
    count: (lab) => askFewMachines(lab, 1),
  },
  {
    // Each tenant, and the end of the one whose page is the longest that is known.
    measure: 'the same again within ten minutes',
    unit: 'calls',
    least: 200,
    most: 201,
    count: (lab) => askFewMachines(lab, 2),
  },
  {
    measure: '1,000 alerts over 200 tenants: read',
    unit: 'rows',
    least: 1000,
    most: 2100,
    count: (lab) => rowsRead(lab, 'alerts', 'even'),
  },
  {
    measure: '1,000 alerts over 200 tenants, times by chance: read',
    unit: 'rows',
    least: 1000,
    most: 2200,
    count: (lab) => rowsRead(lab, 'alerts', 'random'),
  },
  {
    measure: '1,000 incidents over 200 tenants: read',
    unit: 'rows',
    least: 1000,
    most: 2100,
    count: (lab) => rowsRead(lab, 'incidents', 'even'),
  },
  ...[10, 50, 100].map(
    (machines): CountedPromise => ({
      measure: `${machines} machines with software, CVEs and missing updates`,
      unit: 'calls',
      least: 1,
      most: 6,
      count: (lab) => vulnerabilityPage(lab, machines),
    }),
  ),
  {
    measure: 'the same for 100 machines, more than for 10',
    unit: 'calls',
    most: 0,
    count: async (lab) => Math.max(0, (await vulnerabilityPage(lab, 100)) - (await vulnerabilityPage(lab, 10))),
  },
  ...(
    [
      [10, 12],
      [50, 12],
      [100, 12],
    ] as const
  ).map(
    ([machines, most]): CountedPromise => ({
      measure: `${machines} machines with software, CVEs, actions, alerts and antivirus`,
      unit: 'calls',
      least: 1,
      most,
      count: (lab) => machinePage(lab, machines),
    }),
  ),
  {
    measure: 'a list asked three times when its quota is used up',
    unit: 'calls',
    least: 1,
    most: 1,
    count: (lab) => callsOfUsedUpQuota(lab, '{ machines(tenants: ["fabrikam"]) { nodes { id } } }', 'seconds'),
  },
  {
    measure: 'hunting asked three times when its quota is used up',
    unit: 'calls',
    least: 1,
    most: 1,
    count: (lab) =>
      callsOfUsedUpQuota(
        lab,
        '{ hunt(input: { query: "DeviceInfo | take 1", tenants: ["fabrikam"] }) { rowCount tenants { error { code } } } }',
        'words',
      ),
  },
];

/** Whether a figure is what was promised. */
export const isHeld = ({ least = 0, most }: CountedPromise, figure: number): boolean =>
  figure >= least && figure <= most;
