/**
 * Does an action with a key over a Redis that is 100 ms away, and shows how long it took and how many answers of Redis it waited for, one
 * after the other: `npm run redis-distance [-- --delay 100]`.
 */
import { parseArgs } from 'node:util';
import { measureDistance } from '../test/redis-distance/measure.ts';

const { values } = parseArgs({ options: { delay: { type: 'string', default: '100' } } });
const delayMs = Number(values.delay);
for (const { what, tookMs, waits, commands } of await measureDistance(delayMs)) {
  process.stdout.write(`${what}: ${tookMs} ms, ${waits} waits of ${delayMs} ms, ${commands.length} commands\n`);
  for (const command of commands) process.stdout.write(`    ${command}\n`);
}
