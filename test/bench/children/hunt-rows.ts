/** What `hunt` of the benchmark gets: Microsoft's cap of rows, with the columns of a usual process hunt. */
export const huntRowCount = 100_000;

const columns = [
  ['Timestamp', 'DateTime'],
  ['DeviceId', 'String'],
  ['DeviceName', 'String'],
  ['ActionType', 'String'],
  ['FileName', 'String'],
  ['FolderPath', 'String'],
  ['SHA1', 'String'],
  ['ProcessId', 'Int64'],
  ['ProcessCommandLine', 'String'],
  ['AccountName', 'String'],
  ['InitiatingProcessFileName', 'String'],
  ['ReportId', 'Int64'],
] as const;

const row = (index: number): Readonly<Record<(typeof columns)[number][0], string | number>> => ({
  Timestamp: new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString(),
  DeviceId: (index % 4096).toString(16).padStart(40, '0'),
  DeviceName: `desktop-${index % 4096}.contoso.com`,
  ActionType: 'ProcessCreated',
  FileName: 'powershell.exe',
  FolderPath: 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
  SHA1: (index * 2_654_435_761).toString(16).padStart(40, 'a'),
  ProcessId: 1000 + (index % 60_000),
  ProcessCommandLine: `powershell.exe -NoProfile -File "C:\\Scripts\\inventory-${index % 977}.ps1"`,
  AccountName: `user${index % 512}`,
  InitiatingProcessFileName: 'explorer.exe',
  ReportId: index,
});

/** A hunting answer of Graph, as it is on the wire. */
export const huntAnswer = (): Buffer =>
  Buffer.from(
    JSON.stringify({
      schema: columns.map(([name, type]) => ({ name, type })),
      results: Array.from({ length: huntRowCount }, (_, index) => row(index)),
    }),
  );
