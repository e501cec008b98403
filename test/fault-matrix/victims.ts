/** The process that is killed: gateways of many cells, each on a store of its own, that halt where their cells say. */
import { readFileSync } from 'node:fs';
import { parseConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/log.ts';
import { stateOf } from './folder-state.ts';
import { type Halting, isOfHalt, watchFolder } from './halting.ts';
import { redisLimitMs } from './places.ts';
import { momentNow } from './steps.ts';
import { trust } from './trust.ts';
import type { Report, StartOrder, VictimOrder } from './victim-messages.ts';

trust(readFileSync(process.argv[2] ?? '', 'utf8'));
const log = createLog({ level: 'silent' });
const haltings = new Map<number, Halting>();

const tell = (report: Report): void => void process.send?.(JSON.stringify(report));

const start = async ({ id, folder, settings, point }: StartOrder): Promise<void> => {
  const halting = watchFolder(folder, point, {
    onStep: (step) => tell({ kind: 'step', id, step }),
    onHalt: (name) => tell({ kind: 'halted', id, name, at: momentNow(), state: stateOf(folder) }),
  });
  haltings.set(id, halting);
  try {
    const config = await parseConfig(settings, { env: process.env, baseDir: folder });
    const gateway = await startGateway({ config, log, redisLimitMs });
    tell({ kind: 'started', id, url: gateway.url });
  } catch (error) {
    tell({ kind: 'failed', id, why: String(error) });
  }
};

/** One after another, as a request would wait for the start of another gateway. */
let starting: Promise<void> = Promise.resolve();
process.on('message', (message) => {
  const order: VictimOrder = JSON.parse(String(message));
  if (order.kind === 'start') starting = starting.then(() => start(order));
  else if (order.kind === 'halt') haltings.get(order.id)?.halt();
  else tell({ kind: 'looked', id: order.id });
});
// What is left of a gateway that was halted fails at its next write, whoever waits for it or not.
for (const event of ['uncaughtException', 'unhandledRejection'])
  process.on(event, (error: unknown) => {
    if (isOfHalt(error)) return;
    process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
    process.exit(1);
  });
// In peace, so that what was compiled is kept.
process.on('disconnect', () => process.exit(0));
