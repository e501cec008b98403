import { binary } from './binaries.ts';
import type { Cast } from './cast.ts';
import type { Random } from './random.ts';
import type { AlertSeed, EvidenceSeed } from './stories/story.ts';
import { isoTime } from './times.ts';
import type { WorldEvidence, WorldProcess } from './types.ts';

/** Where and when an alert happens. */
export interface Scene {
  readonly cast: Cast;
  readonly domain: string;
  readonly firstActivityMs: number;
  readonly createdAtMs: number;
  readonly random: Random;
}

/** Evidence of an alert in the order told; a process whose parent ran before on the same machine is its child. */
export function stageEvidence(alert: AlertSeed, scene: Scene): readonly WorldEvidence[] {
  const processes = new Map<string, WorldProcess>();
  return alert.evidence.map((seed) => {
    const marks = {
      createdAt: isoTime(scene.createdAtMs, scene.random),
      verdict: seed.verdict ?? 'suspicious',
      remediationStatus: seed.remediationStatus ?? 'none',
      roles: seed.roles ?? [],
    };
    return { ...marks, ...stageOne(seed, scene, processes) };
  });
}

type Bare<E> = E extends WorldEvidence ? Omit<E, 'createdAt' | 'verdict' | 'remediationStatus' | 'roles'> : never;

function stageOne(seed: EvidenceSeed, scene: Scene, processes: Map<string, WorldProcess>): Bare<WorldEvidence> {
  const { cast, random } = scene;
  switch (seed.type) {
    case 'device':
      return { type: seed.type, machine: cast.machine(seed.machine) };
    case 'user':
      return { type: seed.type, user: cast.user(seed.user) };
    case 'file': {
      const { type, detectionStatus = 'detected' } = seed;
      return { type, file: binary(seed.file), machine: cast.machine(seed.machine), detectionStatus };
    }
    case 'process': {
      const { type, detectionStatus = 'detected' } = seed;
      const process = stageProcess(seed, scene, processes);
      return { type, process, machine: cast.machine(seed.machine), detectionStatus };
    }
    case 'ip':
      return { type: seed.type, ipAddress: cast.fill(seed.ipAddress), countryLetterCode: seed.countryLetterCode };
    case 'url':
      return { type: seed.type, url: seed.url };
    case 'registryKey':
      return { type: seed.type, hive: seed.hive, key: seed.key };
    case 'registryValue': {
      const { type, hive, key, valueName, value } = seed;
      return { type, hive, key, valueName, value, valueType: 'String', machine: cast.machine(seed.machine) };
    }
    case 'mailbox': {
      const user = cast.user(seed.user);
      return { type: seed.type, primaryAddress: user.userPrincipalName, displayName: user.displayName, user };
    }
    case 'mailMessage': {
      const { type, subject, sender, deliveryAction } = seed;
      const recipient = cast.user(seed.user).userPrincipalName;
      const receivedAt = isoTime(scene.firstActivityMs, random);
      return { type, networkMessageId: random.guid(), subject, sender, recipient, deliveryAction, receivedAt };
    }
    case 'mailCluster':
      return { type: seed.type, clusterBy: seed.clusterBy, query: seed.query, emailCount: seed.emailCount };
    case 'securityGroup':
      return { type: seed.type, securityGroupId: random.guid(), displayName: seed.displayName };
    case 'cloudApplication':
      return { type: seed.type, appId: seed.appId, displayName: seed.displayName, instanceName: seed.displayName };
    case 'oauthApplication':
      return { type: seed.type, appId: random.guid(), displayName: seed.displayName, publisher: seed.publisher };
    case 'azureResource': {
      const { type, resourceName, resourceType } = seed;
      const group = `/subscriptions/${random.guid()}/resourceGroups/rg-${scene.domain}`;
      return { type, resourceName, resourceType, resourceId: `${group}/providers/${resourceType}/${resourceName}` };
    }
    case 'graphOnly': {
      const machine = seed.machine === undefined ? null : cast.machine(seed.machine);
      return { type: seed.type, kind: seed.kind, machine, user: seed.user === undefined ? null : cast.user(seed.user) };
    }
    case 'unheardOf':
      return { type: seed.type, note: seed.note };
  }
}

function stageProcess(
  seed: Extract<EvidenceSeed, { type: 'process' }>,
  scene: Scene,
  processes: Map<string, WorldProcess>,
): WorldProcess {
  const { cast, random, firstActivityMs } = scene;
  const parent = processes.get(`${seed.machine}/${seed.parent}`);
  const startedMs = firstActivityMs + processes.size * random.int(300, 2000);
  const process: WorldProcess = {
    image: binary(seed.image),
    processId: random.int(100, 16_000) * 4,
    commandLine: cast.fill(seed.commandLine),
    createdAt: isoTime(startedMs, random),
    parentProcessId: parent?.processId ?? random.int(100, 4_000) * 4,
    parentCreatedAt: parent?.createdAt ?? isoTime(startedMs - random.int(2_000, 9_000_000), random),
    parentImage: binary(seed.parent),
    user: cast.user(seed.user),
  };
  processes.set(`${seed.machine}/${seed.image}`, process);
  return process;
}
