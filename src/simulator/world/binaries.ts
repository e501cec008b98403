import { createHash } from 'node:crypto';
import type { WorldFile } from './types.ts';

interface Binary {
  readonly filePath: string;
  readonly fileSize: number;
  readonly publisher: string | null;
}

const microsoft = 'Microsoft Corporation';
const system32 = 'C:\\Windows\\System32';

/** Every executable and document of the estate. Names of the bad ones are invented. */
const binaries = {
  'explorer.exe': { filePath: 'C:\\Windows', fileSize: 4_871_056, publisher: microsoft },
  'svchost.exe': { filePath: system32, fileSize: 55_320, publisher: microsoft },
  'services.exe': { filePath: system32, fileSize: 714_856, publisher: microsoft },
  'cmd.exe': { filePath: system32, fileSize: 289_792, publisher: microsoft },
  'wscript.exe': { filePath: system32, fileSize: 170_496, publisher: microsoft },
  'rundll32.exe': { filePath: system32, fileSize: 71_680, publisher: microsoft },
  'vssadmin.exe': { filePath: system32, fileSize: 145_408, publisher: microsoft },
  'certutil.exe': { filePath: system32, fileSize: 1_599_488, publisher: microsoft },
  'reg.exe': { filePath: system32, fileSize: 77_312, publisher: microsoft },
  'schtasks.exe': { filePath: system32, fileSize: 235_008, publisher: microsoft },
  'powershell.exe': { filePath: `${system32}\\WindowsPowerShell\\v1.0`, fileSize: 450_560, publisher: microsoft },
  'winword.exe': {
    filePath: 'C:\\Program Files\\Microsoft Office\\root\\Office16',
    fileSize: 1_620_872,
    publisher: microsoft,
  },
  'outlook.exe': {
    filePath: 'C:\\Program Files\\Microsoft Office\\root\\Office16',
    fileSize: 42_181_008,
    publisher: microsoft,
  },
  'msedge.exe': {
    filePath: 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application',
    fileSize: 3_923_392,
    publisher: microsoft,
  },
  'remsvc.exe': { filePath: 'C:\\Windows', fileSize: 383_256, publisher: 'Northwind Remote Tools' },
  'blackpine.exe': { filePath: 'C:\\ProgramData\\bp', fileSize: 812_544, publisher: null },
  'kiwidump.exe': { filePath: 'C:\\Users\\Public\\Music', fileSize: 1_355_264, publisher: null },
  'lsass-kiwi.dmp': { filePath: 'C:\\Users\\Public\\Music', fileSize: 48_120_832, publisher: null },
  'invoice_4471.docm': { filePath: 'C:\\Users\\Public\\Downloads', fileSize: 92_160, publisher: null },
  'delivery_note.js': { filePath: 'C:\\Users\\Public\\Downloads', fileSize: 11_264, publisher: null },
  'setup_pdfpro.exe': { filePath: 'C:\\Users\\Public\\Downloads', fileSize: 6_144_000, publisher: 'PdfPro Free Ltd' },
  'stagehook.dll': { filePath: 'C:\\ProgramData\\cache', fileSize: 204_800, publisher: null },
  bash: { filePath: '/usr/bin', fileSize: 1_396_520, publisher: null },
  curl: { filePath: '/usr/bin', fileSize: 260_328, publisher: null },
  nginx: { filePath: '/usr/sbin', fileSize: 1_240_136, publisher: null },
  cron: { filePath: '/usr/sbin', fileSize: 55_944, publisher: null },
  crontab: { filePath: '/usr/bin', fileSize: 39_568, publisher: null },
  kworkerds: { filePath: '/dev/shm/.X11-cache', fileSize: 5_812_224, publisher: null },
  zsh: { filePath: '/bin', fileSize: 1_377_616, publisher: 'Apple Inc.' },
  osascript: { filePath: '/usr/bin', fileSize: 137_376, publisher: 'Apple Inc.' },
  'brew-update.sh': { filePath: '/Users/Shared', fileSize: 4_096, publisher: null },
} as const satisfies Record<string, Binary>;

/** Name of a file of the estate. */
export type BinaryName = keyof typeof binaries;

const hash = (algorithm: 'sha1' | 'sha256', name: string): string =>
  createHash(algorithm).update(`simulator binary ${name}`).digest('hex');

/** The file of that name; its hashes are the same in every tenant, as those of a real file are. */
export function binary(name: BinaryName): WorldFile {
  return { fileName: name, ...binaries[name], sha1: hash('sha1', name), sha256: hash('sha256', name) };
}
