import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { graph } from '../../../src/microsoft/graph/index.ts';
import { m365d } from '../../../src/microsoft/m365d/index.ts';
import { mde } from '../../../src/microsoft/mde/index.ts';
import { hasId } from '../../../src/upstream/answers.ts';
import { action, hunt, type OneKind, one, page } from '../../../src/upstream/call.ts';
import { urlOf } from '../../../src/upstream/http/url.ts';
import { findMachinesByTag } from '../../../src/upstream/mde/machines.ts';

interface Identified {
  readonly id: string;
}

const kind: OneKind<Identified> = {
  one: 'a thing',
  many: 'things',
  is: (value): value is Identified => hasId(value, 'id'),
  isAsked: () => true,
};

describe('a parameter of a path', () => {
  test.each([
    [
      'a segment',
      one(mde.getVulnerability, { cveId: 'CVE-2026-1/../x' }, kind),
      '/api/vulnerabilities/CVE-2026-1%2F..%2Fx',
    ],
    ['an odd id', one(mde.getSoftware, { id: 'microsoft-_-edge' }, kind), '/api/Software/microsoft-_-edge'],
    [
      'inside quotes, where a quote is doubled',
      page(mde.findMachinesByIp, { ip: "10.0.0.1' or '1", timestamp: '2026-01-01T00:00:00Z' }, kind),
      "/api/machines/findbyip(ip='10.0.0.1%27%27%20or%20%27%271',timestamp=2026-01-01T00%3A00%3A00Z)",
    ],
    ['not what is no placeholder', page(mde.listUserAlerts, { userName: '{id}' }, kind), '/api/users/%7Bid%7D/alerts'],
  ])('is encoded in its place: %s', (_, operation, path) => expect(operation.path).toBe(path));

  test.each(['', '.', '..', '\ud800'])('is refused: %j', (id) => {
    expect(() => one(mde.getMachine, { id }, kind)).toThrow(InputError);
  });
});

describe('what a row says goes into its operation', () => {
  test('a read', () => {
    expect(one(mde.getMachine, { id: 'm' }, kind)).toMatchObject({
      id: 'mde.getMachine',
      api: 'mde',
      method: 'GET',
      repeatable: true,
      permissions: ['Machine.Read.All', 'Machine.ReadWrite.All'],
      delegated: ['Machine.Read', 'Machine.ReadWrite'],
    });
  });

  test('a change is sent once, and an empty answer is no failure', () => {
    const operation = action(m365d.updateIncident, { id: '1' }, kind, { status: 'Active' });
    expect(operation).toMatchObject({ method: 'PATCH', repeatable: false, body: { status: 'Active' } });
    expect(operation.parse(undefined)).toBeNull();
    expect(operation.parse({ id: '1' })).toEqual({ id: '1' });
  });

  test('KQL is slow, may be repeated, and a 400 is its own fault', () => {
    expect(hunt(graph.runHuntingQuery, {}, { Query: 'T' })).toMatchObject({
      method: 'POST',
      repeatable: true,
      pace: 'hunting',
      rejectsInput: true,
    });
  });

  test.each([
    ['none where the row says so', page(mde.listMachines, {}, kind), { items: [], nextLink: null }],
    ['no entity where the row says so', one(mde.getVulnerability, { cveId: 'CVE-2026-1' }, kind), null],
    ['an error elsewhere', page(mde.listAlerts, {}, kind), undefined],
  ])('a 404 is %s', (_, operation, expected) => expect(operation.whenNotFound?.()).toEqual(expected));
});

describe('a page of a collection', () => {
  test.each([
    [m365d.listIncidents, 100],
    [mde.listVulnerabilities, 8000],
    [mde.listSoftware, 10_000],
    [graph.listIncidents, 50_000],
  ])('never asks for more than its page allows: $id %i', (fact, top) => {
    expect(page(fact, {}, kind, { top: 50_000 }).query).toMatchObject({ $top: top });
  });

  test('says which rows and what of them', () => {
    const asked = page(mde.listVulnerabilities, {}, kind, {
      filter: "severity eq 'High'",
      skip: 8000,
      select: ['id', 'severity'],
    });
    expect(urlOf('https://api', asked)).toBe(
      'https://api/api/vulnerabilities?$filter=severity%20eq%20%27High%27&$skip=8000&$select=id,severity',
    );
  });

  test('by a tag, whole or by its beginning', () => {
    expect(urlOf('', findMachinesByTag('a&b', { useStartsWithFilter: true }))).toBe(
      '/api/machines/findbytag?tag=a%26b&useStartsWithFilter=true',
    );
  });
});
