import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFileLog } from '../../../src/audit/file-log.ts';
import { observedAudit } from '../../../src/audit/observed.ts';
import { inspectEveryMs, watchAudit } from '../../../src/audit/watch.ts';
import { createLog } from '../../../src/log.ts';
import { createManualClock } from '../actions/support.ts';
import { entryOf, testFolder } from './support.ts';

test('X5: the ends of the log go to the gateway’s own log at the start and each hour, and that it was removed', async () => {
  const folder = testFolder();
  const clock = createManualClock(Date.UTC(2026, 2, 1));
  const audit = openFileLog({ folder, maxBytes: 1_000_000, keepDays: 400, clock });
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } });
  const stopped = new AbortController();
  const watching = watchAudit({ audit: observedAudit(audit, log).audit, clock, log }, stopped.signal);
  await clock.advance(0);
  await audit.append([entryOf('m1'), entryOf('m2')]);
  await clock.advance(inspectEveryMs);
  rmSync(join(folder, 'audit-00000001.jsonl'));
  await clock.advance(inspectEveryMs);
  stopped.abort();
  await clock.advance(inspectEveryMs);
  await watching;
  await audit.close();
  expect(lines).toMatchObject([
    { level: 'info', firstSeq: 0, lastSeq: 0 },
    { level: 'info', firstSeq: 1, lastSeq: 2, lastHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    {
      level: 'error',
      msg: 'The audit log cannot be written to: no action is done',
      reason: expect.stringContaining('every record is gone'),
    },
  ]);
});
