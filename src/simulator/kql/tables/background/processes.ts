import { type BinaryName, binary } from '../../../world/binaries.ts';
import { isoTime, minuteMs } from '../../../world/times.ts';
import type { WorldMachine, WorldProcess } from '../../../world/types.ts';
import type { Slot } from './slots.ts';

interface Habit {
  readonly image: BinaryName;
  readonly parent: BinaryName;
  readonly commandLine: string;
}

/** What machines start all day, by family of operating system. */
const habits = {
  windows: [
    { image: 'svchost.exe', parent: 'services.exe', commandLine: 'svchost.exe -k netsvcs -p -s Schedule' },
    { image: 'explorer.exe', parent: 'services.exe', commandLine: 'explorer.exe' },
    { image: 'outlook.exe', parent: 'explorer.exe', commandLine: '"OUTLOOK.EXE" /recycle' },
    { image: 'winword.exe', parent: 'explorer.exe', commandLine: '"WINWORD.EXE" /n "Quarterly report.docx"' },
    { image: 'msedge.exe', parent: 'explorer.exe', commandLine: '"msedge.exe" --profile-directory=Default' },
    {
      image: 'powershell.exe',
      parent: 'svchost.exe',
      commandLine: 'powershell.exe -NoProfile -File C:\\Scripts\\inventory.ps1',
    },
    { image: 'cmd.exe', parent: 'explorer.exe', commandLine: 'cmd.exe /c ipconfig /all' },
    { image: 'schtasks.exe', parent: 'cmd.exe', commandLine: 'schtasks.exe /query /fo LIST' },
    { image: 'rundll32.exe', parent: 'svchost.exe', commandLine: 'rundll32.exe shell32.dll,Control_RunDLL' },
  ],
  linux: [
    { image: 'cron', parent: 'bash', commandLine: '/usr/sbin/cron -f' },
    { image: 'bash', parent: 'cron', commandLine: 'bash -c /usr/local/bin/rotate-logs' },
    { image: 'curl', parent: 'bash', commandLine: 'curl -fsS https://health.contoso.com/ping' },
  ],
  mac: [
    { image: 'zsh', parent: 'bash', commandLine: '-zsh' },
    { image: 'curl', parent: 'zsh', commandLine: 'curl -O https://assets.contoso.com/fonts.zip' },
    { image: 'osascript', parent: 'zsh', commandLine: 'osascript -e "display notification \\"Backup done\\""' },
  ],
} as const satisfies Record<string, readonly [Habit, ...Habit[]]>;

function familyOf({ osPlatform }: WorldMachine): keyof typeof habits {
  if (osPlatform === 'Linux') return 'linux';
  return osPlatform === 'macOS' ? 'mac' : 'windows';
}

/** The process that an ordinary event is about, or that causes it. */
export function ordinaryProcess({ machine, user, atMs, random }: Slot): WorldProcess {
  const habit = random.pick<Habit>(habits[familyOf(machine)]);
  return {
    image: binary(habit.image),
    processId: random.int(250, 8_000) * 4,
    commandLine: habit.commandLine,
    createdAt: isoTime(atMs, random),
    parentProcessId: random.int(100, 2_000) * 4,
    parentCreatedAt: isoTime(atMs - random.int(1, 600) * minuteMs, random),
    parentImage: binary(habit.parent),
    user,
  };
}
