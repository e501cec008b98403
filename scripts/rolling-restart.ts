/**
 * Restarts two replicas, one after the other, while callers ask through a load balancer that looks at `/readyz` each 500 ms and never
 * tries a request again: `npm run rolling-restart [-- --callers 50] [--drain 5]`. Exits with 1 when a request failed.
 */
import { parseArgs } from 'node:util';
import { runRollingRestart } from '../test/rolling-restart/run.ts';

const { values } = parseArgs({
  options: {
    callers: { type: 'string', default: '50' },
    /** `server.drainSeconds`. */
    drain: { type: 'string', default: '5' },
  },
});

const result = await runRollingRestart({ callers: Number(values.callers), drainSeconds: Number(values.drain) });
const failed = Object.values(result.failures).reduce((sum, count) => sum + count, 0);
process.stdout.write(`${failed} of ${result.requests} requests failed; exit codes ${result.exitCodes.join(', ')}\n`);
for (const [failure, count] of Object.entries(result.failures)) process.stdout.write(`  ${count} x ${failure}\n`);
if (failed > 0) process.exitCode = 1;
