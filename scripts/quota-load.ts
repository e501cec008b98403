/**
 * Many callers against a tenant's small quota: `npm run quota-load [-- --callers 500] [--per-minute 100] [--replicas 1] [--by name] [--answer-ms 0] [--speed 20]`.
 * By names each machine is a call; by ids those that are asked for at the same time go together. Prints who waited how long, and what Microsoft was asked. Exits with 1 when Microsoft refused a call or a caller was left without
 * an answer. Replicas share a Redis, whose time is the world's: with more than one the speed is 1.
 */
import { parseArgs } from 'node:util';
import { runQuotaLoad } from '../test/quota-load/run.ts';

const { values } = parseArgs({
  options: {
    callers: { type: 'string', default: '500' },
    'per-minute': { type: 'string', default: '100' },
    replicas: { type: 'string', default: '1' },
    by: { type: 'string', default: 'name' },
    'answer-ms': { type: 'string', default: '0' },
    /** How many times faster than the world's time passes. */
    speed: { type: 'string' },
  },
});

const callers = Number(values.callers);
const replicas = Number(values.replicas);
const { served, wrong, upstream, toldTheSameSecond } = await runQuotaLoad({
  callers,
  perMinute: Number(values['per-minute']),
  replicas,
  by: values.by === 'id' ? 'id' : 'name',
  answerMs: Number(values['answer-ms']),
  speed: Number(values.speed ?? (replicas > 1 ? 1 : 20)),
});

const sorted = served.map(({ seconds }) => seconds).toSorted((one, other) => one - other);
const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(1);
const timesTold = Map.groupBy(served, ({ told }) => told);
const told = [...timesTold]
  .toSorted(([one], [other]) => one - other)
  .map(([times, { length }]) => `${length} x ${times}`);
process.stdout.write(`${served.length} of ${callers} callers were answered
seconds until the answer: first ${at(0)}, a quarter ${at(0.25)}, half ${at(0.5)}, 95 % ${at(0.95)}, last ${at(1)}
told to come again, callers x times: ${told.join(', ')}; at most ${toldTheSameSecond} were told the same second
Microsoft was asked, by status: ${JSON.stringify(upstream)}
`);
for (const [what, times] of Object.entries(wrong)) process.stdout.write(`  ${times} x ${what}\n`);
if (served.length < callers || upstream['429'] !== undefined) process.exitCode = 1;
