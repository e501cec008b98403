import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { openStore } from '../../src/store/store.ts';
import { freePort, startRedis, stopRedis } from '../support/redis.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';
import { createPlace, type Place } from './support.ts';

const encryptionKey = Buffer.alloc(32, 4).toString('base64');

let simulator: Simulator;
let place: Place;

beforeAll(async () => {
  simulator = await startSimulator({ tenants: [simTenant('contoso')] });
  place = await createPlace();
  await place.write('ca.pem', simulator.caPem);
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await simulator.stop();
});

const write = (url: string): Promise<string> =>
  place.write(
    'defender-gateway.yaml',
    changedSettings(gatewaySettings(simulator), [
      [['store'], { url, encryptionKey }],
      [['upstream'], { caFile: 'ca.pem' }],
    ]),
  );

describe('store accept', () => {
  test('X6: ends the refusals of a gateway whose store was emptied; before it says that nothing was lost', async () => {
    const file = join(place.path, 'gateway.sqlite');
    await write('sqlite:gateway.sqlite');
    const store = await openStore({ url: `sqlite:${file}`, encryptionKey });
    onTestFinished(() => store.close());
    await store.continuity.requireWhole();
    expect(await place.run(['store', 'accept'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('The store lost nothing'),
    });

    const database = new DatabaseSync(file);
    database.exec('DELETE FROM entries');
    database.close();
    await expect(store.continuity.requireWhole()).rejects.toMatchObject({ code: 'CONFLICT' });
    const told = await place.run(['check']);
    expect(told.out).toContain('\nstore\n  ! the store was emptied');
    expect(await place.run(['store', 'accept'])).toMatchObject({ code: 0, out: expect.stringContaining('Accepted') });
    await store.continuity.requireWhole();
  });
});

describe('check', () => {
  test('X6: tells the settings under which Redis may lose entries', async () => {
    const port = await freePort();
    const redis = await startRedis(port);
    onTestFinished(() => stopRedis(redis));
    await write(`redis://127.0.0.1:${port}`);
    const { code, out } = await place.run(['check', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      store: { problems: [expect.stringContaining('its appendonly is no')] },
    });
  });
});
