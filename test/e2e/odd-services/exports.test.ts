import { afterAll, beforeAll, expect, test } from 'vitest';
import { none, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';
import { exportOf } from '../exports/lab.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn(1);
});
afterAll(() => standIn.stop());

test('F4: files of which there are none are no proof that there are no rows: pages are asked', async () => {
  const machineId = 'a'.repeat(40);
  const { name, asked } = standIn.tenant(({ path }) => {
    if (path.endsWith('/SoftwareInventoryExport')) return { body: { exportFiles: [], generatedTime: null } };
    return path.endsWith('/SoftwareInventoryByMachine') ? { body: { value: [{ deviceId: machineId }] } } : none;
  });
  const { rows, end } = await exportOf(standIn.running, `softwareInventory?tenants=${name}`, {});
  expect(rows).toMatchObject([{ tenant: name, machineId }]);
  expect(end).toMatchObject({ complete: true });
  const { rows: inFiles } = await exportOf(standIn.running, `softwareInventory?tenants=${name}&form=files`, {});
  expect(inFiles).toEqual([]);
  expect(asked.filter(({ path }) => path.endsWith('Export'))).toHaveLength(2);
});
