import { describe, expect, test } from 'vitest';
import { createWorld } from '../../../src/simulator/world/estate.ts';
import type { WorldEvidence } from '../../../src/simulator/world/types.ts';

const now = new Date('2026-11-22T10:00:00Z');
const build = (options: { readonly seed?: number; readonly scale?: number; readonly name?: string } = {}) =>
  createWorld({ name: 'contoso', tenantId: '11111111-1111-4111-8111-111111111111', seed: 1, now, ...options });

const text = (world: ReturnType<typeof build>): string => JSON.stringify(world);

describe('the estate', () => {
  test('is the same for the same seed and another for another seed or tenant', () => {
    expect(text(build())).toBe(text(build()));
    expect(text(build({ seed: 2 }))).not.toBe(text(build()));
    expect(build({ name: 'fabrikam' }).machines[0]?.id).not.toBe(build().machines[0]?.id);
  });

  test.each([
    [1, { machines: 60, users: 40, incidents: 50, alerts: 150 }],
    [4, { machines: 240, users: 160, incidents: 200, alerts: 600 }],
  ])('has its documented size at scale %d', (scale, expected) => {
    const { machines, users, incidents, alerts } = build({ scale });
    expect({
      machines: machines.length,
      users: users.length,
      incidents: incidents.length,
      alerts: alerts.length,
    }).toEqual(expected);
  });

  test('has ids in the forms of Microsoft, each once', () => {
    const { machines, alerts, incidents } = build();
    for (const { id } of machines) expect(id).toMatch(/^[0-9a-f]{40}$/);
    for (const { id } of incidents) expect(id).toMatch(/^\d+$/);
    const endpoint = alerts.filter(({ serviceSource }) => serviceSource === 'microsoftDefenderForEndpoint');
    for (const { id } of endpoint) expect(id).toMatch(/^da\d{18}_-?\d+$/);
    expect(endpoint.some(({ id }) => id.includes('_-'))).toBe(true);
    expect(new Set(alerts.map(({ id }) => id)).size).toBe(alerts.length);
    expect(new Set(machines.map(({ id }) => id)).size).toBe(machines.length);
  });

  test('lists incidents and alerts newest first, none later than now', () => {
    const { incidents, alerts } = build();
    for (const list of [incidents, alerts]) {
      const times = list.map(({ createdAt }) => Date.parse(createdAt));
      expect(times).toEqual(times.toSorted((left, right) => right - left));
    }
    for (const { createdAt, updatedAt } of [...incidents, ...alerts]) {
      expect(Date.parse(updatedAt)).toBeGreaterThanOrEqual(Date.parse(createdAt));
      expect(Date.parse(updatedAt)).toBeLessThanOrEqual(now.getTime());
    }
  });

  test('has evidence of every type', () => {
    const types = new Set(build().alerts.flatMap(({ evidence }) => evidence.map(({ type }) => type)));
    const all: Record<WorldEvidence['type'], true> = {
      device: true,
      user: true,
      file: true,
      process: true,
      ip: true,
      url: true,
      registryKey: true,
      registryValue: true,
      mailbox: true,
      mailMessage: true,
      mailCluster: true,
      securityGroup: true,
      cloudApplication: true,
      oauthApplication: true,
      azureResource: true,
      graphOnly: true,
      unheardOf: true,
    };
    expect([...types].toSorted()).toEqual(Object.keys(all).toSorted());
  });

  test('links a process to the parent that ran before it', () => {
    const processes = build().alerts.flatMap(({ evidence }) =>
      evidence.flatMap((one) => (one.type === 'process' ? [one.process] : [])),
    );
    const child = processes.find((one) => one.parentImage.fileName === 'winword.exe');
    const parent = processes.find((one) => one.image.fileName === 'winword.exe');
    expect(child?.parentProcessId).toBe(parent?.processId);
  });

  test('has a chain of merged incidents that ends at one that is not merged', () => {
    const { incidents, alerts } = build();
    const merged = incidents.filter(({ redirectIncidentId }) => redirectIncidentId !== null);
    const target = (id: string | null) => incidents.find((incident) => incident.id === id);
    const hops = merged.map((incident) => target(incident.redirectIncidentId));
    expect(merged.map(({ status }) => status)).toEqual(['redirected', 'redirected']);
    expect(hops.some((incident) => incident?.status === 'redirected')).toBe(true);
    expect(hops.some((incident) => incident !== undefined && incident.redirectIncidentId === null)).toBe(true);
    for (const { id } of merged) expect(alerts.some(({ incidentId }) => incidentId === id)).toBe(false);
  });

  test('spreads the ransomware over three machines', () => {
    const { incidents, alerts } = build();
    const story = incidents.find(({ displayName }) => displayName.includes('BlackPine'));
    const machines = new Set(
      alerts.filter(({ incidentId }) => incidentId === story?.id).map(({ machine }) => machine?.id),
    );
    expect(machines.size).toBe(3);
  });

  test('holds nulls where Microsoft has nulls, and text of many alphabets', () => {
    const world = build();
    expect(world.machines.some(({ aadDeviceId }) => aadDeviceId === null)).toBe(true);
    expect(world.machines.some(({ osBuild }) => osBuild === null)).toBe(true);
    expect(world.alerts.some(({ investigationId }) => investigationId === null)).toBe(true);
    expect(world.incidents.some(({ priorityScore }) => priorityScore === null)).toBe(true);
    expect(world.users.some(({ displayName }) => /[^\u0020-\u024F]/.test(displayName))).toBe(true);
    expect(
      world.incidents.flatMap(({ comments }) => comments).some((comment) => /[^\u0020-\u007E]/.test(comment.text)),
    ).toBe(true);
  });
});
