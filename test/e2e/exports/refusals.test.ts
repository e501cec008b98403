import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { own } from '../../../src/entities/own.ts';
import { entities } from '../../../src/entities/table.ts';
import { assessments } from '../../../src/exports/assessments.ts';
import type { Running } from '../../support/gateway.ts';
import { keyHeader } from '../../support/keys.ts';
import { expectNoLeak } from '../../support/refusals.ts';
import { exportOf, refusalOf, startExports } from './lab.ts';

let running: Running;
beforeAll(async () => {
  running = await startExports({ alpha: { scale: 0.05 }, beta: { scale: 0.05 }, shanghai: { scale: 0.05 } }, [
    [['tenants', 2, 'cloud'], 'china'],
    [['tenants', 2, 'endpoints'], {}],
  ]);
  await running.ask('{ tenants(first: 1) { name } }', {}, keyHeader('admin'));
  running.simulator.calls.reset();
});
afterAll(() => running.stop());

const json = (value: unknown): string => encodeURIComponent(JSON.stringify(value));
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

/** Path, status, code, what the message says, and the parameter at fault. */
const badInput: readonly (readonly [path: string, status: number, code: string, says: string, field?: string])[] = [
  ['nonsense', 404, 'NOT_FOUND', 'there are alerts'],
  ['machine', 404, 'NOT_FOUND', 'There is no export "machine"; did you mean "machines"? There are alerts'],
  ['__proto__', 404, 'NOT_FOUND', 'There is no export'],
  ['machines/1', 404, 'NOT_FOUND', 'Nothing is here; the graph is at /graphql'],
  ['', 404, 'NOT_FOUND', 'Nothing is here; did you mean "/export/{name}"? The graph is at /graphql'],
  [
    'machines?fields=computerDnsName,colour',
    400,
    'BAD_USER_INPUT',
    'There is no field "colour"; there are tenant',
    'fields',
  ],
  ['machines?fields=', 400, 'BAD_USER_INPUT', 'There is no field ""', 'fields'],
  ['machines?fields=software', 400, 'BAD_USER_INPUT', 'There is no field "software"', 'fields'],
  ['certificates?fields=id', 400, 'BAD_USER_INPUT', 'There is no field "id"', 'fields'],
  ['machines?fields=computerDnsNam', 400, 'BAD_USER_INPUT', 'did you mean "computerDnsName"? There are', 'fields'],
  ['machines?filter=', 400, 'BAD_USER_INPUT', 'filter is not JSON', 'filter'],
  ['machines?filter=%7B%22riskScore', 400, 'BAD_USER_INPUT', 'filter is not JSON', 'filter'],
  [`machines?filter=${json([1])}`, 400, 'BAD_USER_INPUT', 'Expected type "MachineFilter" to be an object', 'filter'],
  [`machines?filter=${json({ colour: 1 })}`, 400, 'BAD_USER_INPUT', '"colour" is not defined', 'filter'],
  [`machines?filter=${json({ riskScore: ['HIGH', 'HUGE'] })}`, 400, 'BAD_USER_INPUT', 'HUGE', 'filter.riskScore[1]'],
  [
    `machines?filter=${json({ lastSeenAfter: '30 February' })}`,
    400,
    'BAD_USER_INPUT',
    'ISO 8601',
    'filter.lastSeenAfter',
  ],
  [`vulnerabilities?filter=${json({ cveId: ['CVE-26-1'] })}`, 400, 'BAD_USER_INPUT', 'CVE id', 'filter.cveId'],
  [`machines?filter=${json({})}&filter=${json({})}`, 400, 'BAD_USER_INPUT', 'once', 'filter'],
  [`certificates?filter=${json({})}`, 400, 'BAD_USER_INPUT', 'There is no parameter "filter"', 'filter'],
  [
    'machines?filer=%7B%7D',
    400,
    'BAD_USER_INPUT',
    'There is no parameter "filer" here; did you mean "filter"? There are',
    'filer',
  ],
  ['machines?after=x', 400, 'BAD_USER_INPUT', 'There is no parameter "after"', 'after'],
  ['machines?orderBy=COLOUR', 400, 'BAD_USER_INPUT', 'COLOUR', 'orderBy.field'],
  ['machines?orderBy=LAST_SEEN:ASC:NULLS', 400, 'BAD_USER_INPUT', 'FIELD:DIRECTION', 'orderBy'],
  ['machines?orderBy=LAST_SEEN:UP', 400, 'BAD_USER_INPUT', 'UP', 'orderBy.direction'],
  ['machines?format=xlsx', 400, 'BAD_USER_INPUT', 'format is ndjson or csv', 'format'],
  ['machines?gzip=yes', 400, 'BAD_USER_INPUT', 'gzip is 0 or 1', 'gzip'],
  ['machines?first=0', 400, 'BAD_USER_INPUT', 'first is a whole number', 'first'],
  ['machines?first=1e3', 400, 'BAD_USER_INPUT', 'first is a whole number', 'first'],
  ['machines?first=99999999999', 400, 'BAD_USER_INPUT', 'limits.exportRows', 'first'],
  ['machines?tenants=gamma', 404, 'NOT_FOUND', 'There is no tenant "gamma"'],
  ['certificates?tenants=alpha,gamma', 404, 'NOT_FOUND', 'There is no tenant "gamma"'],
  ['machines?tenantTags=emea', 404, 'NOT_FOUND', 'No tenant has the tag'],
  ['machines?tenants=', 404, 'NOT_FOUND', 'There is no tenant ""'],
  ['machines?tenants=%ff', 400, 'BAD_USER_INPUT', 'UTF-8'],
  ['approvals?state=LOST', 400, 'BAD_USER_INPUT', 'LOST', 'state[0]'],
  ['certificates?form=xml', 400, 'BAD_USER_INPUT', 'form is files or json', 'form'],
  ['informationGathering?form=json', 400, 'BAD_USER_INPUT', 'form is files', 'form'],
  ['certificates?sinceTime=2026-11-01', 400, 'BAD_USER_INPUT', 'There is no parameter', 'sinceTime'],
  ['softwareVulnerabilityChanges', 400, 'BAD_USER_INPUT', 'sinceTime is needed', 'sinceTime'],
  ['softwareVulnerabilityChanges?sinceTime=last week', 400, 'BAD_USER_INPUT', 'sinceTime is needed', 'sinceTime'],
  [`softwareVulnerabilityChanges?sinceTime=${daysAgo(15)}`, 400, 'BAD_USER_INPUT', '14 days', 'sinceTime'],
  [`softwareVulnerabilityChanges?sinceTime=${daysAgo(-1)}`, 400, 'BAD_USER_INPUT', 'future', 'sinceTime'],
];

describe('F4: what is asked wrongly is refused, and nobody is asked', () => {
  test.each(badInput.map(([path, ...rest]) => ({ path, rest })))('$path', async ({ path, rest }) => {
    const [status, code, says, field] = rest;
    const came = await exportOf(running, path.replaceAll(' ', '%20'));
    const refused = refusalOf(came);
    expect(refused).toMatchObject({ status, code, message: expect.stringContaining(says) });
    if (field !== undefined) expect(refused.field).toBe(field);
    expectNoLeak(came.body.toString());
    expect(running.simulator.calls.count()).toBe(0);
  });

  test.each(['HEAD', 'POST', 'PUT', 'DELETE'])('%s', async (method) => {
    const came = await exportOf(running, 'machines', keyHeader('admin'), method);
    expect([came.status, came.headers.trailer]).toEqual([400, undefined]);
    if (method !== 'HEAD') expect(refusalOf(came).message).toBe('An export is asked for with GET');
  });

  test('x-gateway-plan: nothing is run', async () => {
    const came = await exportOf(running, 'machines', { ...keyHeader('admin'), 'x-gateway-plan': '1' });
    expect(refusalOf(came)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
  });

  test('a page of another site without a credential', async () => {
    const came = await exportOf(running, 'machines', { 'sec-fetch-site': 'cross-site' });
    expect(refusalOf(came)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  test.each(Object.keys(assessments))('%s: the cloud has no such API, before any call', async (name) => {
    const since = name === 'softwareVulnerabilityChanges' ? `&sinceTime=${daysAgo(1)}` : '';
    const came = await exportOf(running, `${name}?tenants=shanghai${since}`);
    expect(refusalOf(came)).toMatchObject({ status: 400, code: 'NOT_AVAILABLE_IN_CLOUD' });
    expect(running.simulator.calls.count()).toBe(0);
  });

  test.each(Object.keys(assessments))('%s: the permission and the tenant', async (name) => {
    const since = name === 'softwareVulnerabilityChanges' ? `&sinceTime=${daysAgo(1)}` : '';
    const path = `${name}?tenants=alpha${since}`;
    expect(refusalOf(await exportOf(running, path, {}))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    for (const key of ['hunters', 'servers']) {
      const refused = refusalOf(await exportOf(running, path, keyHeader(key)));
      expect(refused).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('vulnerability:read') });
    }
    expect(refusalOf(await exportOf(running, path, keyHeader('elsewhere'))).code).toBe('NOT_FOUND');
    expect(running.simulator.calls.count()).toBe(0);
  });
});

test('no assessment has the name of a list', () => {
  const lists = new Set<string>([...Object.keys(entities), ...Object.keys(own)]);
  expect(Object.keys(assessments).filter((name) => lists.has(name))).toEqual([]);
});
