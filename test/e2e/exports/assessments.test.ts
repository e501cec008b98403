import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type AssessmentName, assessments } from '../../../src/exports/assessments.ts';
import { type ExportedName, exportedRows } from '../../../src/simulator/mde/vulnerability/export-rows.ts';
import type { Running } from '../../support/gateway.ts';
import { callsOf, exportOf, refusalOf, startExports } from './lab.ts';

let running: Running;
beforeAll(async () => {
  running = await startExports(
    {
      alpha: { scale: 0.2 },
      beta: { scale: 0.1 },
      poor: { scale: 0.1, permissions: { mde: ['Software.Read.All'] } },
    },
    [[['limits'], { fileIdleMs: 400 }]],
  );
});
afterEach(() => {
  running.simulator.faults.clear();
  running.simulator.oddities.reset();
});
afterAll(() => running.stop());

/** The rows of the simulator that each is made of. */
const estateRows = {
  softwareVulnerabilities: 'softwareVulnerabilities',
  softwareVulnerabilityChanges: 'changes',
  softwareInventory: 'softwareInventory',
  nonCpeSoftware: 'nonCpe',
  secureConfigurations: 'configurations',
  browserExtensions: 'extensions',
  certificates: 'certificates',
  hardwareFirmware: 'firmware',
  baselineCompliance: 'baselines',
  informationGathering: 'gathered',
} as const satisfies Record<AssessmentName, ExportedName>;

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
const names = Object.keys(assessments).filter(
  (name): name is AssessmentName => Object.hasOwn(assessments, name) && name !== 'softwareVulnerabilityChanges',
);
const rowsOf = (name: AssessmentName, tenant = 'alpha') =>
  exportedRows[estateRows[name]](running.simulator.world(tenant), new Date());

describe('F4: every assessment, in the forms that Microsoft has', () => {
  test.each(names)('%s', async (name) => {
    const forms = 'pages' in assessments[name] ? ['files', 'json'] : ['files'];
    const columns = ['tenant', ...Object.keys(assessments[name].fields)];
    const came = await Promise.all(forms.map((form) => exportOf(running, `${name}?tenants=alpha&form=${form}`)));
    for (const { status, rows, end } of came) {
      expect([status, rows.length, end?.complete]).toEqual([200, rowsOf(name).length, true]);
      expect(rows[0]).toMatchObject({ tenant: 'alpha', machineId: expect.stringMatching(/^[0-9a-f]{40}$/) });
      expect(columns).toEqual(expect.arrayContaining(Object.keys(rows[0] ?? {})));
    }
    const [files, json = files] = came;
    expect(files?.end?.snapshots).toEqual({ alpha: expect.stringMatching(/T(00|06|12|18):00:00Z$/) });
    expect(json?.rows).toEqual(files?.rows);
  });

  test('every field is filled in some row', async () => {
    const empty: string[] = [];
    for (const name of names) {
      const fields = Object.keys(assessments[name].fields).filter((field) => field !== 'raw');
      const { rows } = await exportOf(running, `${name}?tenants=alpha&fields=${fields.join(',')}`);
      const isFilled = (value: unknown) => value !== null && !(Array.isArray(value) && value.length === 0);
      empty.push(
        ...fields.filter((field) => !rows.some((row) => isFilled(row[field]))).map((field) => `${name}.${field}`),
      );
    }
    // The certificate of the estate has neither, as in the printed example.
    expect(empty).toEqual(['certificates.notBefore', 'certificates.extendedKeyUsageArray']);
  });

  test('raw is the row as Microsoft sent it', async () => {
    const { rows } = await exportOf(running, 'browserExtensions?tenants=alpha&fields=extensionId,raw&first=1');
    const [sent] = rowsOf('browserExtensions');
    expect(rows).toEqual([{ extensionId: sent?.ExtensionId, raw: sent }]);
  });

  test('changes since a moment are those that Microsoft tells, at most 14 days back', async () => {
    const since = daysAgo(7);
    const { rows, end } = await exportOf(running, `softwareVulnerabilityChanges?tenants=alpha&sinceTime=${since}`);
    const changed = rowsOf('softwareVulnerabilityChanges').filter(
      ({ eventTimestamp }) => String(eventTimestamp) >= since,
    );
    expect(rows.length).toBe(changed.length);
    expect(rows.length).toBeGreaterThan(0);
    expect(end?.complete).toBe(true);
  });

  test('rows of more than a page come once each', async () => {
    running.simulator.oddities.set({ exportedRows: 12_345 });
    const { rows, end } = await exportOf(running, 'softwareVulnerabilities?tenants=alpha&form=json&fields=id');
    expect([rows.length, new Set(rows.map(({ id }) => id)).size, end?.complete]).toEqual([12_345, 12_345, true]);
  });
});

describe('F4: files', () => {
  const path = 'softwareVulnerabilities?tenants=alpha&form=files&fields=id';
  const expected = () => rowsOf('softwareVulnerabilities').map(({ id }) => ({ id }));

  test('a link that has expired is asked for once more', async () => {
    const before = callsOf(running, 'exportSoftwareVulnerabilitiesFiles');
    running.simulator.faults.add({ product: 'blob', times: 1, effect: { kind: 'status', status: 403 } });
    const { rows, end } = await exportOf(running, path);
    expect([end?.complete, callsOf(running, 'exportSoftwareVulnerabilitiesFiles') - before]).toEqual([true, 2]);
    expect(rows).toEqual(expected());
  });

  test('a file that breaks off goes on behind the rows that were given', async () => {
    const before = callsOf(running, 'exportSoftwareVulnerabilitiesFiles');
    running.simulator.faults.add({ product: 'blob', times: 1, effect: { kind: 'truncated' } });
    const { rows, end } = await exportOf(running, path);
    expect([end?.complete, callsOf(running, 'exportSoftwareVulnerabilitiesFiles') - before]).toEqual([true, 1]);
    expect(rows).toEqual(expected());
  });

  test('one that is not to be had is told, and what came of it stays', async () => {
    running.simulator.faults.add({ product: 'blob', effect: { kind: 'status', status: 403 } });
    expect(refusalOf(await exportOf(running, path))).toMatchObject({ status: 503, code: 'UPSTREAM_UNAVAILABLE' });
    running.simulator.faults.clear();
    running.simulator.faults.add({ product: 'blob', effect: { kind: 'truncated' } });
    const came = await exportOf(running, 'softwareVulnerabilities?form=files&fields=id&tenants=alpha,beta');
    // Where both break off before their first row, there is nothing but the error.
    if (came.status !== 200) {
      expect(refusalOf(came)).toMatchObject({ status: 503, code: 'UPSTREAM_UNAVAILABLE' });
      return;
    }
    const { failures, end } = came;
    expect(failures.map(({ tenant }) => tenant)).toEqual(['alpha', 'beta']);
    expect(end?.complete).toBe(false);
  });

  test('D3: a storage that hangs in the middle is asked once more, then its tenant is told, and the next one goes on', async () => {
    running.simulator.faults.add({ product: 'blob', times: 1, effect: { kind: 'stalled' } });
    const once = await exportOf(running, path);
    expect([once.rows, once.end?.complete]).toEqual([expected(), true]);
    running.simulator.faults.add({ product: 'blob', times: 2, effect: { kind: 'stalled' } });
    const { rows, failures, end } = await exportOf(
      running,
      'softwareVulnerabilities?form=files&fields=tenant,id&tenants=alpha,beta',
    );
    expect(failures).toMatchObject([{ tenant: 'alpha', code: 'UPSTREAM_TIMEOUT' }]);
    expect(rows.filter(({ tenant }) => tenant === 'beta').length).toBe(
      rowsOf('softwareVulnerabilities', 'beta').length,
    );
    expect(end?.complete).toBe(false);
  });

  test.each([
    ['refused', { kind: 'status', status: 400, code: 'BadRequest' }],
    ['at their quota of 20 an hour', { kind: 'status', status: 429, retryAfter: 3000 }],
  ] as const)('where they are %s, pages are read', async (_, effect) => {
    running.simulator.faults.add({ operation: 'exportCertificatesFiles', effect });
    const { rows, end } = await exportOf(running, 'certificates?tenants=alpha');
    expect([rows.length, end?.complete]).toEqual([rowsOf('certificates').length, true]);
    const asked = await exportOf(running, 'certificates?tenants=alpha&form=files');
    expect(asked.status).toBeGreaterThanOrEqual(500);
  });

  test('where the storage is not to be reached, pages are read', async () => {
    running.simulator.faults.add({ product: 'blob', effect: { kind: 'reset' } });
    const { rows, end } = await exportOf(running, 'hardwareFirmware?tenants=alpha');
    expect([rows.length, end?.complete]).toEqual([rowsOf('hardwareFirmware').length, true]);
    expect(end).not.toHaveProperty('snapshots');
  });
});

describe('F4: pages', () => {
  const path = 'softwareVulnerabilities?tenants=alpha&form=json&fields=id';
  const set = (nextLink: 'stuck' | 'otherHost' | 'missing') =>
    running.simulator.oddities.set({ exportedRows: 10_001, nextLink });

  test('a link to another host of the service is followed at the tenant itself', async () => {
    set('otherHost');
    const { rows, end } = await exportOf(running, path);
    expect([rows.length, end?.complete]).toEqual([10_001, true]);
  });

  test('a link that leads nowhere is told', async () => {
    set('stuck');
    const { rows, failures, end } = await exportOf(running, path);
    expect(rows.length).toBeGreaterThanOrEqual(5000);
    expect(failures).toMatchObject([{ tenant: 'alpha', code: 'UPSTREAM_REJECTED' }]);
    expect(end?.complete).toBe(false);
  });

  test('an answer that is cut off is asked for again', async () => {
    const operation = 'exportSoftwareVulnerabilities';
    running.simulator.faults.add({ operation, times: 1, effect: { kind: 'malformed-json' } });
    expect((await exportOf(running, path)).rows.length).toBe(rowsOf('softwareVulnerabilities').length);
    running.simulator.faults.add({ operation, effect: { kind: 'malformed-json' } });
    expect(refusalOf(await exportOf(running, path))).toMatchObject({ status: 503, code: 'UPSTREAM_UNAVAILABLE' });
  });
});

describe('F4: tenants that cannot give it', () => {
  test('without the licence: the sentence of Microsoft, in both forms', async () => {
    const message = 'Forbidden: the tenant has no license for Threat & Vulnerability Management';
    for (const operation of ['exportSecureConfiguration', 'exportSecureConfigurationFiles'])
      running.simulator.faults.add({
        ...{ operation, tenant: 'beta' },
        effect: { kind: 'status', status: 403, code: 'Forbidden', message },
      });
    const alone = refusalOf(await exportOf(running, 'secureConfigurations?tenants=beta'));
    expect(alone).toMatchObject({ status: 502, code: 'UPSTREAM_REJECTED', message: expect.stringContaining(message) });
    const { rows, failures } = await exportOf(running, 'secureConfigurations?tenants=alpha,beta');
    expect(rows.length).toBe(rowsOf('secureConfigurations').length);
    expect(failures).toMatchObject([{ tenant: 'beta', message: expect.stringContaining(message) }]);
  });

  test('without the permission: no call', async () => {
    const before = running.simulator.calls.count({ product: 'mde', tenant: 'poor' });
    expect(refusalOf(await exportOf(running, 'certificates?tenants=poor'))).toMatchObject({
      status: 403,
      code: 'MISSING_PERMISSION',
      message: expect.stringContaining('Vulnerability.Read.All'),
    });
    expect(refusalOf(await exportOf(running, 'baselineCompliance?tenants=poor')).code).toBe('MISSING_PERMISSION');
    expect(running.simulator.calls.count({ product: 'mde', tenant: 'poor' })).toBe(before);
    expect((await exportOf(running, 'softwareInventory?tenants=poor')).end?.complete).toBe(true);
  });
});
