import { randomUUID } from 'node:crypto';
import type { Clock } from '../../src/clock.ts';
import { parseConfig } from '../../src/config/config.ts';
import { type Gateway, startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/log.ts';
import type { CallerName } from './cells.ts';
import type { Lab } from './lab.ts';
import type { Microsoft } from './microsoft.ts';
import { type Place, redisLimitMs } from './places.ts';
import type { ActionRequest } from './request.ts';

/** Starts a gateway that nobody kills, on the state of a cell. */
export const startInProcess = async ({
  lab,
  microsoft,
  place,
  clock,
}: {
  readonly lab: Lab;
  readonly microsoft: Pick<Microsoft, 'endpoints'>;
  readonly place: Pick<Place, 'folder' | 'storeUrl'>;
  readonly clock: Clock;
}): Promise<Gateway> => {
  const settings = lab.settings(microsoft.endpoints, place.storeUrl);
  const config = await parseConfig(settings, { env: process.env, baseDir: place.folder });
  return lab.oneByOne(() => startGateway({ config, log: createLog({ level: 'silent' }), clock, redisLimitMs }));
};

/** What a caller sends, after what has to come first was done by a gateway that then is stopped. */
export const inputOf = async (
  { input, isPrepared, takesKey }: ActionRequest,
  caller: CallerName,
  start: () => Promise<Gateway>,
): Promise<Readonly<Record<string, unknown>>> => {
  const key = takesKey && caller === 'repeats' ? { idempotencyKey: randomUUID() } : {};
  if (!isPrepared) return { ...(await input('')), ...key };
  const gateway = await start();
  try {
    return { ...(await input(gateway.url)), ...key };
  } finally {
    await gateway.stop(0);
  }
};
