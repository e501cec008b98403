import type { WorldMachine } from '../world/types.ts';

/** What a script left behind. */
export interface ScriptOutcome {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

/** What one line of a script does; the first pattern that fits is taken. */
interface Statement {
  readonly pattern: RegExp;
  readonly run: (found: string, args: string, machine: WorldMachine) => Partial<Record<'output' | 'errors', string>>;
}

const processTable = 'Id    ProcessName\n4     System\n812   svchost\n4120  explorer\n7344  powershell';
const socketTable = (ip: string): string => `${ip}:49712  198.51.100.44:443  Established`;

/** The commands that scripts of the simulator may use; other lines do nothing. */
const statements: readonly Statement[] = [
  { pattern: /^Write-Output \$args/i, run: (_found, args) => ({ output: args }) },
  { pattern: /^(?:Write-Output|echo) "(.*)"/i, run: (text) => ({ output: text }) },
  { pattern: /^Write-Error "(.*)"/i, run: (text) => ({ errors: text }) },
  { pattern: /^(?:Get-Process|ps )/i, run: () => ({ output: processTable }) },
  {
    pattern: /^(?:Get-NetTCPConnection|ss )/i,
    run: (_found, _args, machine) => ({ output: socketTable(machine.lastIpAddress) }),
  },
  { pattern: /^(?:Stop-Process|Remove-Item)/i, run: (_found, args) => ({ output: `Done: ${args}` }) },
  {
    pattern: /^Get-CimInstance/i,
    run: (_found, _args, machine) => ({
      output: `OneDrive  C:\\Program Files\\OneDrive\\OneDrive.exe\n${machine.computerDnsName}`,
    }),
  },
];

/**
 * Runs a script of the library: `Write-Output "x"`, `echo "x"`, `Write-Output $args`, `Write-Error "x"`, `exit n` and a
 * few reads of the machine, so that a test can decide output and exit code by the script it uploads.
 */
export function runScript(source: string, args: string, machine: WorldMachine): ScriptOutcome {
  const output: string[] = [];
  const errors: string[] = [];
  // Windows scripts run under a transcript, whose first line is part of the output.
  if (machine.osPlatform.startsWith('Windows')) {
    output.push(`Transcript started, output file is C:\\ProgramData\\Transcripts\\${machine.id.slice(0, 8)}.txt`);
  }
  for (const line of source.split(/[\n;]/).map((text) => text.trim())) {
    const exit = /^exit (\d+)/i.exec(line)?.[1];
    if (exit !== undefined) return { exitCode: Number(exit), output: output.join('\n'), errors: errors.join('\n') };
    for (const { pattern, run } of statements) {
      const match = pattern.exec(line);
      if (match === null) continue;
      const said = run(match[1] ?? '', args, machine);
      if (said.output !== undefined) output.push(said.output);
      if (said.errors !== undefined) errors.push(said.errors);
      break;
    }
  }
  return { exitCode: 0, output: output.join('\n'), errors: errors.join('\n') };
}
