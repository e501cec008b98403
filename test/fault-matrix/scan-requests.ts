import { scanAgentsOf, scanDefinitionsOf } from '../../src/simulator/mde/scans.ts';
import type { TenantWorld } from '../../src/simulator/world/types.ts';
import { requestOf, wholeTarget } from './request.ts';

/** Authenticated scans that are made, changed and deleted. */
export const scanRequests = (world: TenantWorld) => {
  const tenant = world.name;
  const [agent] = scanAgentsOf(world);
  const [like] = scanDefinitionsOf(world);
  if (agent === undefined || like === undefined) throw new Error('The estate has no scanner');
  const scans = scanDefinitionsOf(world);
  let made = 0;
  const newName = (): string => {
    made += 1;
    return `Fault ${String(made).padStart(5, '0')}`;
  };
  const present = () => {
    const scan = { ...like, id: crypto.randomUUID(), scanName: newName(), intervalInHours: 4 };
    scans.push(scan);
    return scan;
  };
  const field = 'actionId: scanDefinitionId';
  return {
    createScanDefinition: () => {
      const scanName = newName();
      const found = () => scans.filter((scan) => scan.scanName === scanName).map(({ id }) => id);
      const where = { scanType: 'NETWORK', targetType: 'IP', targets: ['10.9.0.1'], intervalInHours: 24 };
      const authentication = {
        ...{ type: 'AUTH_PRIV', keyVaultUrl: 'https://scans.vault.azure.net', keyVaultSecretName: 'snmp-v3' },
      };
      const input = { tenant, scanName, ...where, machineId: agent.machineId, authentication };
      return requestOf('createScanDefinition', field, input, [wholeTarget(scanName, found, { hasActionId: true })]);
    },
    updateScanDefinitions: () => {
      const { id } = present();
      const found = () => scans.flatMap((scan) => (scan.id === id && scan.intervalInHours === 12 ? [id] : []));
      const input = { tenant, scanDefinitionIds: [id], intervalInHours: 12 };
      return requestOf('updateScanDefinitions', field, input, [wholeTarget(id, found, { hasActionId: true })]);
    },
    deleteScanDefinitions: () => {
      const { id } = present();
      const found = () => (scans.some((scan) => scan.id === id) ? [] : [id]);
      return requestOf('deleteScanDefinitions', field, { tenant, scanDefinitionIds: [id] }, [
        wholeTarget(id, found, { hasActionId: true }),
      ]);
    },
  } as const;
};
