import { expect, onTestFinished, test } from 'vitest';
import { createOwnRecords } from '../../../src/actions/own-records.ts';
import { openMemoryLog } from '../../../src/audit/memory-log.ts';
import type { AuditLog, AuditRecord } from '../../../src/audit/record.ts';
import { UpstreamError } from '../../../src/errors.ts';
import { createRecordExport, type GivenExport } from '../../../src/exports/record.ts';
import { createLog } from '../../../src/log.ts';
import { openStore } from '../../../src/store/store.ts';
import { auditTrailOver, callerNamed, createManualClock, createTestScope, tenantNamed } from '../actions/support.ts';

const tenants = ['alpha', 'beta'].map((name) => tenantNamed(name));
const clock = createManualClock();

const recordsOver = async (audit: AuditLog) => {
  const log = createLog({ level: 'silent' });
  const store = await openStore({ url: 'memory:', clock });
  onTestFinished(() => store.close());
  const records = createOwnRecords(auditTrailOver({ audit, store, clock, log }).auditTrail);
  return createRecordExport({ records, log });
};
const asking = () => ({ access: { caller: callerNamed('a') }, scope: createTestScope(clock).scope });
const taken = { name: 'machines', tenants, input: { filter: { computerDnsName: 'pc' } } };

const recordsIn = async (audit: AuditLog): Promise<readonly AuditRecord[]> => {
  const records: AuditRecord[] = [];
  for await (const record of audit.newest({})) records.push(record);
  return records.toReversed();
};

const whole: GivenExport = {
  rows: new Map([
    ['alpha', 5],
    ['beta', 2],
  ]),
  whole: true,
  cut: null,
  failures: new Map(),
  remarked: new Set(),
};
const late = new Map([['beta', new UpstreamError('UPSTREAM_TIMEOUT', 'late')]]);
const onlyAlpha = new Map([['alpha', 5]]);

test.each([
  ['all rows', {}, ['DONE', 'DONE']],
  ['a tenant without rows', { rows: onlyAlpha }, ['DONE', 'DONE']],
  ['a tenant that failed before its rows', { rows: onlyAlpha, failures: late }, ['DONE', 'FAILED']],
  ['a tenant that failed in the middle', { failures: late }, ['DONE', 'PARTLY_DONE']],
  ['a caller who left', { rows: onlyAlpha, whole: false }, ['PARTLY_DONE', 'FAILED']],
  ['no more rows than first', { rows: onlyAlpha, cut: 'first' }, ['DONE', 'NOT_BEGUN']],
  ['a limit of the gateway', { rows: onlyAlpha, cut: 'limit' }, ['PARTLY_DONE', 'NOT_BEGUN']],
  ['rows that could not be read', { remarked: new Set(['beta']) }, ['DONE', 'PARTLY_DONE']],
] as const)('F4: %s: each tenant has its own outcome', async (_, given, outcomes) => {
  const audit = openMemoryLog(clock);
  const ended = await (await recordsOver(audit))(asking(), taken);
  await ended({ ...whole, ...given });
  const ends = (await recordsIn(audit)).slice(2);
  expect(tenants.map(({ name }) => ends.find(({ tenant }) => tenant === name)?.outcome)).toEqual(outcomes);
});

test('F4: the beginning of all tenants is written at once, with what was asked in one of them', async () => {
  const audit = openMemoryLog(clock);
  const appended: number[] = [];
  const record = await recordsOver({
    ...audit,
    append: async (entries) => {
      appended.push(entries.length);
      return audit.append(entries);
    },
  });
  await record(asking(), taken);
  const written = await recordsIn(audit);
  expect(appended).toEqual([2]);
  expect(written.map(({ tenant, outcome, input }) => [tenant, outcome, input !== null])).toEqual([
    ['alpha', 'INTENDED', true],
    ['beta', 'INTENDED', false],
  ]);
  expect(written[1]?.inputSeq).toBe(written[0]?.seq);
});

test.each([
  [new Error('connect ECONNREFUSED 10.0.0.7:6379'), 'the log of the gateway says why'],
  [new Error('OOM command not allowed when used memory > maxmemory'), 'Redis is at its maxmemory and refuses writes'],
])('D2: %s: callers are told a word, and neither address nor advice', async (fault, word) => {
  const audit = { ...openMemoryLog(clock), append: () => Promise.reject(fault) };
  const begun = (await recordsOver(audit))(asking(), taken);
  await expect(begun).rejects.toMatchObject({
    code: 'INTERNAL',
    message: `The audit log cannot be written, so nothing was done: ${word}`,
  });
});
