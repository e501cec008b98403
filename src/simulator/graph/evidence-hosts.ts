import { binary } from '../world/binaries.ts';
import type { GraphOnlyKind } from '../world/graph-only.ts';
import { digits, guidOf } from './evidence-ids.ts';
import { fileDetails, processDetails } from './evidence-parts.ts';
import { azureResource, ip, piece, type Render, type Scene } from './evidence-piece.ts';

const tool = binary('kiwidump.exe');

const toolFile = (scene: Scene) =>
  piece('fileEvidence', scene, {
    detectionStatus: 'detected',
    mdeDeviceId: scene.machine?.id ?? null,
    fileDetails: fileDetails(tool),
  });

const toolProcesses = (scene: Scene) =>
  scene.user === null
    ? []
    : [
        piece('processEvidence', scene, {
          detectionStatus: 'detected',
          mdeDeviceId: scene.machine?.id ?? null,
          ...processDetails(
            {
              image: tool,
              processId: 7_412,
              commandLine: 'kiwidump.exe lsass',
              createdAt: scene.at,
              parentProcessId: 5_120,
              parentCreatedAt: scene.at,
              parentImage: binary('cmd.exe'),
              user: scene.user,
            },
            scene.world,
          ),
        }),
      ];

const nic: Render = (scene) => ({
  ipAddress: ip(scene, '10.30.4.17'),
  macAddress: '00:1B:1B:4C:5D:6E',
  vlans: ['30'],
});

/** What was found on machines, and the devices that Defender for IoT knows. */
export const hostKinds = {
  fileHashEvidence: () => ({ algorithm: 'sha256', value: tool.sha256 }),
  malwareEvidence: (scene) => ({
    name: 'HackTool:Win64/KiwiDump.B',
    category: 'HackTool',
    files: [toolFile(scene)],
    processes: toolProcesses(scene),
  }),
  nicEvidence: nic,
  ioTDeviceEvidence: (scene) => ({
    deviceId: guidOf(scene.world, 'plc'),
    deviceName: 'PLC-LINE-3',
    devicePageLink: 'https://portal.example/iot/devices/plc-line-3',
    deviceSubType: 'Programmable controller',
    deviceType: 'PLC',
    importance: 'high',
    ioTHub: azureResource(scene, 'Microsoft.Devices/IotHubs', `iot-${scene.world.name}`),
    ioTSecurityAgentId: guidOf(scene.world, 'iot agent'),
    ipAddress: ip(scene, '10.30.4.17'),
    isAuthorized: true,
    isProgramming: false,
    isScanner: false,
    macAddress: '00:1B:1B:4C:5D:6E',
    manufacturer: 'Fourth Coffee Automation',
    model: 'FC-1516',
    nics: [piece('nicEvidence', scene, nic(scene))],
    operatingSystem: 'FC-OS 4.2',
    owners: [scene.user?.userPrincipalName ?? ''],
    protocols: ['Modbus', 'S7'],
    purdueLayer: 'Process control',
    sensor: 'sensor-plant-1',
    serialNumber: digits(scene.world, 'plc serial', 12).toUpperCase(),
    site: 'Plant 1',
    source: 'Microsoft',
    sourceRef: piece('urlEvidence', scene, { url: 'https://portal.example/iot/sensors/plant-1' }),
    zone: 'Line 3',
  }),
} satisfies Partial<Record<GraphOnlyKind, Render>>;
