import { readFile } from 'node:fs/promises';
import { decodeJwt } from 'jose';
import { systemClock } from '../../../src/clock.ts';
import { parseConfig } from '../../../src/config/config.ts';
import { asGatewayError } from '../../../src/errors.ts';
import { createTokens } from '../../../src/identity/tokens.ts';
import { openStore } from '../../../src/store/store.ts';
import { createHttpClient } from '../../../src/upstream/http/agent.ts';

/**
 * `tokens.ts SETTINGS CA`: prints a JSON list with what became of a token for MDE in each tenant, one after the other. A process
 * of its own, since MSAL looks at the environment once and keeps the identity's endpoint for ever.
 */
const [settings = '', ca = ''] = process.argv.slice(2);
const { tenants } = await parseConfig(await readFile(settings, 'utf8'), { env: {}, baseDir: '/' });
const http = createHttpClient({ ca: [await readFile(ca, 'utf8')] });
const store = await openStore({ url: 'memory:' });
const tokens = createTokens({ store, clock: systemClock, http: http.request });

const outcomes: unknown[] = [];
for (const tenant of tenants) {
  const outcome = await tokens.get(tenant, 'mde').then(
    ({ value, permissions }) => {
      const { aud, tid, appid, xms_cc: capabilities } = decodeJwt(value);
      return { aud, tid, appid, capabilities, isolates: permissions?.includes('Machine.Isolate') };
    },
    (error: unknown) => {
      const { code, message } = asGatewayError(error);
      return { code, message };
    },
  );
  outcomes.push(outcome);
}
process.stdout.write(`${JSON.stringify(outcomes)}\n`);
await http.close();
await store.close();
