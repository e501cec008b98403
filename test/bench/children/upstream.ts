import { createGraph } from '../../../src/simulator/graph/product.ts';
import { runKql } from '../../../src/simulator/kql/run.ts';
import { machineShape } from '../../../src/simulator/mde/machine-shape.ts';
import { createMde } from '../../../src/simulator/mde/product.ts';
import { gatewaySettings } from '../../../src/simulator/settings.ts';
import { runSimulator } from '../../../src/simulator/simulator.ts';
import { demoTenants } from '../../../src/simulator/tenants.ts';
import { createSpreadWorld } from './estate.ts';
import { huntAnswer } from './hunt-rows.ts';
import { createRecorder } from './recorder.ts';
import { reportReady, type UpstreamPlace } from './start.ts';

/** Microsoft's side: the simulator of one tenant without quotas, behind a recorder that makes its answers cheap. */
const tenants = demoTenants.filter(({ name }) => name === 'contoso');
const simulator = await runSimulator(
  {
    createWorld: createSpreadWorld,
    createProducts: (downloads) => [
      createMde({ ...downloads, runKql, actionTimes: { pendingMs: 0, runningMs: 0, queueMs: 0 } }),
      createGraph({ runKql, emptyPages: false }),
    ],
  },
  { tenants, enforceQuotas: false },
);
const recorder = createRecorder(simulator.caPem);
const real = simulator.endpoints('contoso');
const endpoints = {
  authority: await recorder.open(real.authority),
  mde: await recorder.open(real.mde),
  m365d: await recorder.open(real.m365d),
  graph: await recorder.open(real.graph),
};
const settings = gatewaySettings({ tenants, endpoints: () => endpoints, keepsQuotas: false })
  .replace('port: 4000', 'port: 0')
  // Rounds that come faster than a caller's own limits allow, and a page of 1,000.
  .replace('limits: { ', 'limits: { costPerMinute: 0, pageSize: 1000, ');

const machinesPath = 'GET /api/machines';
/** What the benchmark asks for, besides counts. */
const prepare: Readonly<Record<string, () => void>> = {
  'prepare hunt': () => recorder.prepared.set('POST /v1.0/security/runHuntingQuery', huntAnswer()),
  'prepare 1000 machines': () => recorder.prepared.set(machinesPath, machinesAnswer(1000)),
  'prepare no machines': () => recorder.prepared.delete(machinesPath),
  'prepare 50 ms': () => recorder.delay(50),
  'prepare 0 ms': () => recorder.delay(0),
  'prepare same rows': () => recorder.vary('none'),
  'prepare one other row': () => recorder.vary('one'),
  'prepare other rows': () => recorder.vary('all'),
};

process.on('message', (message) => {
  if (message === 'counts') process.send?.({ kind: 'counts', counts: recorder.takeCounts() });
  if (typeof message !== 'string' || prepare[message] === undefined) return;
  prepare[message]();
  process.send?.({ kind: 'prepared' });
});

/** A page of the simulator's own machines, each under a number, so often that there are so many. */
const machinesAnswer = (count: number): Buffer => {
  const world = simulator.world('contoso');
  const value = Array.from({ length: count }, (_, index) => {
    const [machine] = world.machines.slice(index % world.machines.length);
    if (machine === undefined) throw new Error('The estate has no machines');
    return { ...machineShape(machine), id: index.toString(16).padStart(40, '0') };
  });
  return Buffer.from(JSON.stringify({ value }));
};

const app = tenants[0]?.apps[0];
const place: UpstreamPlace = {
  caPem: recorder.caPem,
  settings,
  tenantId: tenants[0]?.tenantId ?? '',
  clientId: app?.clientId ?? '',
  clientSecret: app?.secrets[0] ?? '',
  authority: endpoints.authority,
  graph: endpoints.graph,
  mde: endpoints.mde,
};
reportReady(endpoints.graph, { place });
