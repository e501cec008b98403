import { runKql } from '../../src/simulator/kql/run.ts';
import type { TenantWorld } from '../../src/simulator/world/types.ts';
import { requestOf, wholeTarget } from './request.ts';

/** Files and alerts that are made, and files that are taken away. */
export const madeRequests = (world: TenantWorld) => {
  const tenant = world.name;
  const [like] = world.libraryFiles.values();
  if (like === undefined) throw new Error('The estate has no library file');
  let files = 0;
  const newName = (): string => {
    files += 1;
    return `fault-${String(files).padStart(5, '0')}.ps1`;
  };
  const kql = 'DeviceProcessEvents | take 1 | project DeviceId, ReportId, Timestamp';
  const [event] = runKql(world, kql, new Date()).rows;
  let alerts = 0;
  return {
    createAlert: () => {
      alerts += 1;
      const machineId = String(event?.DeviceId);
      const title = `Odd process ${alerts}`;
      const found = () => world.alerts.filter((alert) => alert.title === title).map(({ id }) => id);
      const words = { title, description: 'Found by hunting', recommendedAction: 'Look at it' };
      const about = {
        machineId,
        reportId: String(event?.ReportId),
        eventTime: event?.Timestamp,
        severity: 'LOW',
        category: 'GENERAL',
      };
      return requestOf('createAlert', 'actionId: alertId', { tenant, ...about, ...words }, [
        wholeTarget(machineId, found, { hasActionId: true }),
      ]);
    },
    uploadLibraryFile: () => {
      const fileName = newName();
      const found = () => (world.libraryFiles.get(fileName)?.content.toString() === fileName ? [fileName] : []);
      const contentBase64 = Buffer.from(fileName).toString('base64');
      return requestOf('uploadLibraryFile', 'fileName', { tenant, fileName, contentBase64 }, [
        wholeTarget(fileName, found, { hasActionId: false }),
      ]);
    },
    deleteLibraryFile: () => {
      const fileName = newName();
      world.libraryFiles.set(fileName, { ...like, fileName });
      const found = () => (world.libraryFiles.has(fileName) ? [] : [fileName]);
      return requestOf('deleteLibraryFile', 'fileName', { tenant, fileName }, [
        wholeTarget(fileName, found, { hasActionId: false }),
      ]);
    },
  } as const;
};
