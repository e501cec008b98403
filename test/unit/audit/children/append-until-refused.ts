/**
 * Appends records to the folder that it is given until one is refused, and once more; prints how many were confirmed and why
 * it was refused. Run under a limit of the size of files.
 */
import { openFileLog } from '../../../../src/audit/file-log.ts';
import { systemClock } from '../../../../src/clock.ts';
import { entryOf } from '../entry.ts';

const log = openFileLog({ folder: process.argv[2] ?? '', maxBytes: 10_000_000, keepDays: 400, clock: systemClock });
let confirmed = 0;
const refusals: string[] = [];
for (let index = 1; index <= 1000 && refusals.length < 2; index += 1) {
  try {
    // Records of different sizes, so that the limit falls anywhere in a line.
    await log.append([entryOf(`m${index}-${'x'.repeat(index % 7)}`), entryOf(`n${index}`)]);
    confirmed += 2;
  } catch (error) {
    refusals.push(error instanceof Error && 'code' in error ? String(error.code) : String(error));
  }
}
await log.close();
process.stdout.write(JSON.stringify({ confirmed, refusals }));
