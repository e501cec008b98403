import { runKql } from '../../src/simulator/kql/run.ts';
import type { TenantWorld } from '../../src/simulator/world/types.ts';
import { eachOnce } from './estate.ts';
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
  let event: (() => Readonly<Record<string, unknown>>) | undefined;
  /** One event of each machine. */
  const takeEvent = (): Readonly<Record<string, unknown>> => {
    const kql = 'DeviceProcessEvents | take 20000 | project DeviceId, ReportId, Timestamp';
    event ??= eachOnce('event', [
      ...new Map(runKql(world, kql, new Date()).rows.map((row) => [row.DeviceId, row])).values(),
    ]);
    return event();
  };
  return {
    createAlert: () => {
      const { DeviceId, ReportId, Timestamp: eventTime } = takeEvent();
      const machineId = String(DeviceId);
      const title = `Odd process on ${machineId}`;
      const found = () => world.alerts.filter((alert) => alert.title === title).map(({ id }) => id);
      const words = { title, description: 'Found by hunting', recommendedAction: 'Look at it' };
      const about = { machineId, reportId: String(ReportId), eventTime, severity: 'LOW', category: 'GENERAL' };
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
