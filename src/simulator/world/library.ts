import type { Random } from './random.ts';
import { dayMs, isoTime } from './times.ts';
import type { WorldLibraryFile } from './types.ts';

interface LibraryEntry {
  readonly description: string;
  readonly content: string;
  readonly parametersDescription: string | null;
}

const entry = (description: string, content: string, parametersDescription: string | null = null): LibraryEntry => ({
  description,
  content,
  parametersDescription,
});

/** Scripts and files of the live response library. */
const entries = {
  'collect-processes.ps1': entry('Lists running processes', 'Get-Process | Sort-Object CPU -Descending\n'),
  'collect-autoruns.ps1': entry('Lists run keys and scheduled tasks', 'Get-CimInstance Win32_StartupCommand\n'),
  'collect-network.ps1': entry('Lists TCP connections', 'Get-NetTCPConnection\n'),
  'kill-process.ps1': entry('Ends a process', 'param([int]$Id)\nStop-Process -Id $Id -Force\n', '-Id <process id>'),
  'remove-file.ps1': entry('Deletes a file', 'param([string]$Path)\nRemove-Item $Path\n', '-Path <full path>'),
  'reset-browser.ps1': entry('Removes browser extensions', 'Write-Output "extensions removed"\n'),
  'echo-args.ps1': entry('Prints its arguments', 'Write-Output $args\n', 'any'),
  'failing-script.ps1': entry('Ends with an error: for tests', 'Write-Error "no such key"\nexit 1\n'),
  'collect-linux.sh': entry('Process tree and sockets', 'ps auxf; ss -tunap\n'),
  'memory-dump.exe': entry('Memory acquisition tool', 'MZ placeholder of the simulator\n'),
  'yara-rules.yar': entry('Rules for the scanner', 'rule BlackPine { strings: $a = "BPNE" condition: $a }\n'),
  'überprüfung.ps1': entry('Prüft die Umgebung (non-ASCII on purpose)', 'Write-Output "Größe geprüft ✓"\n'),
} as const satisfies Record<string, LibraryEntry>;

/** The tenant's library, oldest first. */
export function createLibrary(name: string, now: Date, random: Random): Map<string, WorldLibraryFile> {
  const files = Object.entries(entries).map(([fileName, file], index): [string, WorldLibraryFile] => {
    const createdAt = isoTime(now.getTime() - (200 - index * 9) * dayMs, random);
    const kept = {
      fileName,
      content: Buffer.from(file.content, 'utf8'),
      description: file.description,
      parametersDescription: file.parametersDescription,
      createdAt,
      updatedAt: createdAt,
      createdBy: `secops@${name}.com`,
    };
    return [fileName, kept];
  });
  return new Map(files);
}
