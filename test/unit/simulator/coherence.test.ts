import { describe, expect, test } from 'vitest';
import { createMde } from '../../../src/simulator/mde/product.ts';
import { addressesIn, filesIn, hostsIn, usersIn } from '../../../src/simulator/mde/sightings.ts';
import { demoTenants, stableSeed } from '../../../src/simulator/tenants.ts';
import { binary } from '../../../src/simulator/world/binaries.ts';
import { createWorld } from '../../../src/simulator/world/estate.ts';
import { factsOf } from '../../../src/simulator/world/machine-facts.ts';
import { softwareOn } from '../../../src/simulator/world/software.ts';
import type { TenantWorld, WorldAlert } from '../../../src/simulator/world/types.ts';
import { type CallOptions, call, record, rows, start } from './call.ts';

const mde = createMde({
  actionTimes: { pendingMs: 1_000, runningMs: 3_000, queueMs: 60_000 },
  links: { register: () => '/x' },
  linkOrigin: () => 'https://blob.localhost',
  pageSize: 10_000,
  runKql: () => ({ columns: [], rows: [] }),
});

const estates = [
  ...demoTenants.map(({ name, tenantId }) => ({ name, tenantId, seed: stableSeed(name) })),
  ...[1, 2, 3].map((seed) => ({ name: `seed-${seed}`, tenantId: '11111111-1111-4111-8111-111111111111', seed })),
].map((options): readonly [string, TenantWorld] => [options.name, createWorld({ ...options, now: start })]);

const ms = (time: string): number => Date.parse(time);
const nowMs = start.getTime();
const weekMs = 7 * 86_400_000;
const private10 = /^10\./;

describe.each(estates)('the estate of %s is one story', (_, world) => {
  const run = (id: string, options: CallOptions) => call(mde, world, id, options);
  const own = world.alerts.filter(({ serviceSource }) => serviceSource === 'microsoftDefenderForEndpoint');

  const softwareOf = (machineId: unknown) => world.machines.filter(({ id }) => id === machineId).flatMap(softwareOn);

  /** Each thing that an alert names, once, with the alerts that name it. */
  const named = <T>(of: (alert: WorldAlert) => readonly T[]): ReadonlyMap<T, readonly string[]> => {
    const found = new Map<T, string[]>();
    for (const alert of own)
      for (const thing of new Set(of(alert))) found.set(thing, [...(found.get(thing) ?? []), alert.id]);
    return found;
  };

  const lookUps = [
    ['machine', 'listMachineAlerts', 'id', named(({ machine }) => (machine === null ? [] : [machine.id]))],
    [
      'user',
      'listUserAlerts',
      'userName',
      named(({ evidence }) => evidence.flatMap(usersIn).map((user) => user.accountName)),
    ],
    ['file', 'listFileAlerts', 'sha1', named(({ evidence }) => evidence.flatMap(filesIn).map(({ sha1 }) => sha1))],
    ['domain', 'listDomainAlerts', 'domain', named(({ evidence }) => evidence.flatMap(hostsIn))],
    ['address', 'listIpAlerts', 'ip', named(({ evidence }) => evidence.flatMap(addressesIn))],
  ] as const;

  test.each(lookUps)('each %s that an alert names has that alert', async (_kind, operation, param, things) => {
    expect(things.size).toBeGreaterThan(0);
    for (const [thing, alertIds] of things) {
      const found = rows(await run(operation, { params: { [param]: thing } })).map(({ id }) => id);
      expect(found, thing).toEqual(expect.arrayContaining([...alertIds]));
    }
  });

  test('each file is known by both hashes', async () => {
    for (const sha1 of named(({ evidence }) => evidence.flatMap(filesIn).map((file) => file.sha1)).keys()) {
      const { sha256 } = record((await run('getFile', { params: { hash: sha1 } })).body);
      expect(record((await run('getFile', { params: { hash: String(sha256) } })).body).sha1).toBe(sha1);
    }
  });

  test('an address inside is that of a machine, which Defender finds by it', async () => {
    const inside = [...new Set(world.alerts.flatMap(({ evidence }) => evidence.flatMap(addressesIn)))].filter((ip) =>
      private10.test(ip),
    );
    expect(inside.length).toBeGreaterThan(0);
    for (const ip of inside) {
      const found = rows(await run('findMachinesByIp', { params: { ip, timestamp: start.toISOString() } }));
      expect(
        found.map(({ lastIpAddress }) => lastIpAddress),
        ip,
      ).toEqual([ip]);
    }
  });

  test('nobody is named whom the estate does not have', () => {
    const things = world.alerts.flatMap(({ evidence }) => evidence);
    for (const one of things) {
      if ('machine' in one && one.machine !== null) expect(world.machines).toContain(one.machine);
      if ('user' in one && one.user !== null) expect(world.users).toContain(one.user);
    }
  });

  test('each weakness of a machine is of software that it has', async () => {
    for (const { id } of world.machines) {
      const params = { machineId: id };
      const software = rows(await run('listMachineSoftware', { params })).map((row) => String(row.id));
      const installed = softwareOf(id);
      expect(software.toSorted()).toEqual(
        [...new Set(installed.map(({ vendor, name }) => `${vendor}-_-${name}`))].toSorted(),
      );
      const weaknesses = rows(await run('listMachineVulnerabilities', { params })).map((row) => row.id);
      expect(new Set(weaknesses)).toEqual(
        new Set(installed.flatMap((one) => one.weaknesses.map(({ cveId }) => cveId))),
      );
    }
  });

  test('what is completed has nothing left to do', async () => {
    const tasks = rows(await run('listRemediationTasks', {}));
    expect(new Set(tasks.map(({ status }) => status))).toEqual(new Set(['Active', 'Completed']));
    for (const { id, status, productId, fixedDevices, targetDevices } of tasks) {
      expect(Number(fixedDevices)).toBeLessThanOrEqual(Number(targetDevices));
      if (status !== 'Completed' || productId === null) continue;
      expect(fixedDevices).toBe(targetDevices);
      const machines = rows(await run('listRemediationTaskMachines', { params: { id: String(id) } }));
      for (const machine of machines) {
        const left = softwareOf(machine.id)
          .filter(({ vendor, name }) => `${vendor}-_-${name}` === productId)
          .flatMap(({ weaknesses }) => weaknesses);
        expect(left).toEqual([]);
      }
    }
  });

  test('nothing lies in the future but the end of an indicator', () => {
    const text = JSON.stringify({
      ...world,
      libraryFiles: [],
      indicators: world.indicators.map(({ expiresAt, ...rest }) => rest),
    });
    const times = text.match(/\d{4}-\d\d-\d\dT[\d:.]+Z/g) ?? [];
    expect(times.length).toBeGreaterThan(500);
    expect(times.filter((time) => ms(time) > nowMs)).toEqual([]);
  });

  test('a machine has no alert after it fell silent, and one that was merged is of the same kind as what is left', () => {
    const silent = world.machines.filter(({ healthStatus }) => healthStatus === 'Inactive');
    for (const machine of silent)
      expect(own.filter((alert) => alert.machine === machine && ms(alert.createdAt) > ms(machine.lastSeen))).toEqual(
        [],
      );
    const merged = world.machines.filter(({ mergedInto }) => mergedInto != null);
    expect(merged.map((machine) => factsOf(machine).exclusionReason)).toEqual(['DuplicateDevice']);
    expect(world.machines.find(({ id }) => id === merged[0]?.mergedInto)?.osPlatform).toBe(merged[0]?.osPlatform);
    expect(world.machines.map((machine) => factsOf(machine).exclusionReason)).toContain('InactiveDevice');
  });

  test('there are devices of all kinds', () => {
    const platforms = new Set(world.machines.map(({ osPlatform }) => osPlatform));
    for (const platform of ['Windows10', 'Windows11', 'WindowsServer2022', 'Linux', 'macOS', 'iOS', 'Android', 'Other'])
      expect(platforms).toContain(platform);
    expect(new Set(world.machines.map(({ onboardingStatus }) => onboardingStatus))).toEqual(
      new Set(['Onboarded', 'CanBeOnboarded', 'Unsupported', 'InsufficientInfo']),
    );
  });

  test('investigations are numbered as they began, and end after they began', () => {
    const begun = world.investigations.toSorted((left, right) => left.id - right.id);
    const times = begun.map(({ startedAt }) => ms(startedAt));
    expect(times).toEqual(times.toSorted((left, right) => left - right));
    for (const { startedAt, endedAt } of begun)
      if (endedAt !== null) expect(ms(endedAt)).toBeGreaterThan(ms(startedAt));
  });

  test('comments are of whom the incident is assigned to, between its beginning and its last change', () => {
    for (const { comments, assignedTo, createdAt, updatedAt } of world.incidents) {
      const times = [createdAt, ...comments.map(({ at }) => at), updatedAt].map((time) => Math.floor(ms(time) / 1000));
      expect(times).toEqual(times.toSorted((left, right) => left - right));
      for (const { author } of comments) expect(author).toBe(assignedTo);
    }
  });

  test('merged incidents tell the story of the one that is left', () => {
    const kind = (title: string | undefined): string | undefined => title?.replace(/ (on|by|of|the Mac) .*/, '');
    for (const { redirectIncidentId, displayName, description } of world.incidents) {
      const left = world.incidents.find(({ id }) => id === redirectIncidentId);
      if (left === undefined) continue;
      expect([kind(displayName), description]).toEqual([kind(left.displayName), left.description]);
    }
  });

  test('what was done on a machine this week follows an alert on it, by whoever has the incident', () => {
    const caused = world.actions.filter(
      ({ type, createdAt }) => ms(createdAt) > nowMs - weekMs && type !== 'RunAntiVirusScan',
    );
    expect(new Set(caused.map(({ type }) => type))).toEqual(
      new Set(['Isolate', 'Unisolate', 'CollectInvestigationPackage', 'StopAndQuarantineFile', 'LiveResponse']),
    );
    for (const { machine, requestor, createdAt, relatedFile } of caused) {
      const before = world.alerts.filter(
        (alert) =>
          alert.assignedTo === requestor &&
          ms(alert.createdAt) < ms(createdAt) &&
          alert.evidence.some((one) => 'machine' in one && one.machine === machine),
      );
      expect(before).not.toEqual([]);
      if (relatedFile === null) continue;
      expect(before.flatMap(({ evidence }) => evidence.flatMap(filesIn)).map(({ sha1 }) => sha1)).toContain(
        relatedFile.identifier,
      );
    }
  });

  test('every isolation is followed by its release', () => {
    for (const { type, machine, createdAt } of world.actions) {
      if (type !== 'Isolate') continue;
      const release = world.actions.find((one) => one.type === 'Unisolate' && one.machine === machine);
      expect(ms(release?.createdAt ?? '')).toBeGreaterThan(ms(createdAt));
    }
  });

  test('an indicator with the title of an incident is of what its alerts name, made by whoever has it', () => {
    const made = world.indicators.flatMap((indicator) => {
      const incident = world.incidents.find(({ displayName }) => displayName === indicator.title);
      return incident === undefined ? [] : [{ indicator, incident }];
    });
    expect(made.length).toBeGreaterThan(3);
    for (const { indicator, incident } of made) {
      const evidence = world.alerts
        .filter(({ incidentId }) => incidentId === incident.id)
        .flatMap((alert) => alert.evidence);
      const hosts = evidence.flatMap(hostsIn);
      const values = [
        ...evidence.flatMap(filesIn).flatMap(({ sha1, sha256 }) => [sha1, sha256]),
        ...evidence.flatMap(addressesIn),
        ...evidence.flatMap((each) => (each.type === 'url' ? [each.url] : [])),
        ...hosts.flatMap((host) => [host, host.split('.').slice(1).join('.')]),
      ];
      expect(values).toContain(indicator.indicatorValue);
      expect(indicator.createdBy).toBe(incident.assignedTo);
      expect(ms(indicator.createdAt)).toBeGreaterThan(ms(incident.createdAt));
    }
    const ids = world.indicators.map(({ createdAt }) => ms(createdAt));
    expect(ids).toEqual(ids.toSorted((left, right) => left - right));
  });

  test('a quarantined file shows as such on its machine', () => {
    const [quarantined] = world.actions.filter(
      ({ relatedFile }) => relatedFile?.identifier === binary('blackpine.exe').sha1,
    );
    const states = world.alerts
      .flatMap(({ evidence }) => evidence)
      .flatMap((one) =>
        one.type === 'file' &&
        one.machine === quarantined?.machine &&
        one.file.sha1 === quarantined.relatedFile?.identifier
          ? [one.remediationStatus]
          : [],
      );
    expect(new Set(states)).toEqual(new Set(['remediated']));
  });
});
