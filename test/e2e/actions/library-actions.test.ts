import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { settledMs } from '../../../src/actions/once/journal.ts';
import { type ActionsLab, startActionsLab } from './lab.ts';

let lab: ActionsLab;
beforeAll(async () => {
  lab = await startActionsLab([
    [['limits', 'bodyBytes'], 30 * 1024 * 1024],
    [['guardrails'], [{ name: 'two', requireApproval: 'uploadLibraryFile', tenants: ['tailspin'] }]],
  ]);
});
afterEach(() => lab.simulator.faults.clear());
afterAll(() => lab.stop());

const script = 'param([string]$Name)\nWrite-Output "Grüße, $Name"\n';
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const given = (fileName: string, text = script) => ({ fileName, contentBase64: Buffer.from(text).toString('base64') });
const kept = (fileName: string) => lab.simulator.world('contoso').libraryFiles.get(fileName);
const uploads = (): number => lab.calls('uploadLibraryFile');

test.each(['greet.ps1', 'prüfe alles.ps1', 'tabelle (1).csv', "o'neil.sh"])(
  'a file is uploaded as it is, with what it is for: %s',
  async (fileName) => {
    const { told } = await lab.perform('uploadLibraryFile', {
      ...given(fileName),
      ...{ description: 'Begrüßt', parametersDescription: '-Name <who>' },
    });
    expect(told).toMatchObject([
      {
        ...{ outcome: 'DONE', fileName, sha256: hashOf(script), error: null },
        libraryFile: { fileName, sha256: hashOf(script), description: 'Begrüßt', hasParameters: true },
      },
    ]);
    expect(kept(fileName)?.content.toString()).toBe(script);
    expect(await lab.audit(fileName)).toEqual(['DONE', 'INTENDED']);
    const gone = await lab.perform('deleteLibraryFile', { fileName });
    expect(gone.told).toMatchObject([{ outcome: 'DONE', fileName, libraryFile: null, error: null }]);
    expect(kept(fileName)).toBeUndefined();
  },
);

test('another content takes the place of the first with overwrite alone', async () => {
  await lab.perform('uploadLibraryFile', given('twice.ps1', 'one'));
  expect((await lab.perform('uploadLibraryFile', given('twice.ps1', 'two'))).told).toMatchObject([
    { outcome: 'REFUSED', error: { code: 'CONFLICT' } },
  ]);
  const { told } = await lab.perform('uploadLibraryFile', { ...given('twice.ps1', 'two'), overwrite: true });
  expect(told).toMatchObject([{ outcome: 'DONE', libraryFile: { sha256: hashOf('two') } }]);
});

test('a dry run sends nothing', async () => {
  const { told } = await lab.perform('uploadLibraryFile', { ...given('dry.ps1'), dryRun: true });
  expect(told).toMatchObject([{ outcome: null, sha256: hashOf(script), error: null }]);
  expect(kept('dry.ps1')).toBeUndefined();
});

test.each([
  ['done', true, 0],
  ['not done', false, 1],
])('X1: an upload that was %s when its answer was lost is found by name and content', async (_what, handled, again) => {
  const fileName = `lost-${handled}.ps1`;
  const input = { ...given(fileName), idempotencyKey: fileName };
  lab.simulator.faults.add({ operation: 'uploadLibraryFile', times: 1, effect: { kind: 'reset', handled } });
  expect((await lab.perform('uploadLibraryFile', input)).told).toMatchObject([{ outcome: 'UNKNOWN' }]);
  const before = uploads();
  lab.clock.advance(settledMs);
  expect((await lab.perform('uploadLibraryFile', input)).told).toMatchObject([{ outcome: 'DONE', error: null }]);
  expect((await lab.perform('uploadLibraryFile', input)).told).toMatchObject([{ outcome: 'DONE', error: null }]);
  expect(uploads() - before).toBe(again);
});

test('X1: a deletion whose answer was lost is found by the file being gone', async () => {
  await lab.perform('uploadLibraryFile', given('gone.ps1'));
  const input = { fileName: 'gone.ps1', idempotencyKey: 'gone' };
  const effect = { kind: 'reset', handled: true } as const;
  lab.simulator.faults.add({ operation: 'deleteLibraryFile', times: 1, effect });
  expect((await lab.perform('deleteLibraryFile', input)).told).toMatchObject([{ outcome: 'UNKNOWN' }]);
  expect((await lab.perform('deleteLibraryFile', input)).told).toMatchObject([{ outcome: 'DONE', error: null }]);
  expect(lab.calls('deleteLibraryFile')).toBeGreaterThan(0);
});

test('a key stands for the content too', async () => {
  await lab.perform('uploadLibraryFile', { ...given('key.ps1', 'one'), idempotencyKey: 'content' });
  const { errors } = await lab.perform('uploadLibraryFile', { ...given('key.ps1', 'two'), idempotencyKey: 'content' });
  expect(errors).toMatchObject([{ extensions: { code: 'CONFLICT' } }]);
});

test('a file of 20 MiB arrives whole', async () => {
  const content = Buffer.alloc(20 * 1024 * 1024, 'seven..');
  const input = { fileName: 'large.bin', contentBase64: content.toString('base64') };
  const { told, errors } = await lab.perform('uploadLibraryFile', input);
  expect(errors).toEqual([]);
  expect(told).toMatchObject([
    { outcome: 'DONE', sha256: createHash('sha256').update(content).digest('hex'), error: null },
  ]);
  expect(kept('large.bin')?.content.equals(content)).toBe(true);
});

test('what is asked for approval is told in the audit by its hash', async () => {
  const input = { tenant: 'tailspin', ...given('approved.ps1') };
  await lab.ask('mutation ($input: RequestApprovalInput!) { requestApproval(input: $input) { approval { state } } }', {
    input: { action: { uploadLibraryFile: input } },
  });
  const { data } = await lab.ask<{ auditLog: { nodes: readonly unknown[] } }>(
    '{ auditLog(first: 2) { nodes { mutation input } } }',
  );
  expect(data.auditLog.nodes).toHaveLength(2);
  expect(JSON.stringify(data)).toContain(`SHA-256 ${hashOf(script)}`);
  expect(JSON.stringify(data)).not.toContain(input.contentBase64);
});
