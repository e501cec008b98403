import { createCipheriv, createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { TenantWorld, WorldCommandState, WorldMachine } from '../world/types.ts';
import { runScript } from './script.ts';

/** What became of a command: no errors means that it is completed. */
export interface CommandOutcome {
  readonly errors: readonly string[];
  /** What the download link serves; `null` for PutFile, which has no result. */
  readonly result: Buffer | null;
}

const failed = (message: string): CommandOutcome => ({ errors: [message], result: null });

/** Value of a command's parameter; keys are compared without regard to case. */
export function commandParam(command: Pick<WorldCommandState, 'params'>, key: string): string {
  return command.params.find((param) => param.key.toLowerCase() === key.toLowerCase())?.value ?? '';
}

/** The last part of a Windows or POSIX path. */
export const baseName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

/** A file as it lies in storage. */
function packedFile(path: string, machine: WorldMachine): Buffer {
  const [, kind, digits] = /^(bytes|zeros)-(\d{1,9})\.bin$/.exec(baseName(path)) ?? [];
  if (kind === undefined) {
    return gzipSync(Buffer.from(`Content of ${path}\nfrom ${machine.computerDnsName}\n`, 'utf8'));
  }
  const zeros = Buffer.alloc(Number(digits));
  if (kind === 'zeros') return gzipSync(zeros);
  // A stream cipher's output: the same each time, and without any pattern.
  const key = createHash('sha256').update(path).digest();
  return gzipSync(createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(zeros), { level: 0 });
}

const runners = {
  PutFile(command, _machine, tenant) {
    const fileName = commandParam(command, 'FileName');
    return tenant.libraryFiles.has(fileName)
      ? { errors: [], result: null }
      : failed(`The file ${fileName} is not in the library.`);
  },
  RunScript(command, machine, tenant) {
    const scriptName = commandParam(command, 'ScriptName');
    const script = tenant.libraryFiles.get(scriptName);
    if (script === undefined) return failed(`The script ${scriptName} is not in the library.`);
    const outcome = runScript(script.content.toString('utf8'), commandParam(command, 'Args'), machine);
    // get-live-response-result.md: a script that ends with an error is still a completed command.
    const report = {
      script_name: scriptName,
      exit_code: outcome.exitCode,
      script_output: outcome.output,
      script_errors: outcome.errors,
    };
    return { errors: [], result: Buffer.from(JSON.stringify(report), 'utf8') };
  },
  /**
   * Every path exists, except one whose file name begins with `missing`. The file comes gzip-packed; one named `bytes-40000000.bin`
   * has so many bytes, which cannot be packed smaller, and `zeros-40000000.bin` so many zeros.
   */
  GetFile(command, machine) {
    const path = commandParam(command, 'Path');
    if (baseName(path).toLowerCase().startsWith('missing')) return failed(`The file ${path} does not exist.`);
    return { errors: [], result: packedFile(path, machine) };
  },
} satisfies Record<
  WorldCommandState['type'],
  (command: WorldCommandState, machine: WorldMachine, tenant: TenantWorld) => CommandOutcome
>;

/** Runs one command of a session. */
export function runCommand(command: WorldCommandState, machine: WorldMachine, tenant: TenantWorld): CommandOutcome {
  return runners[command.type](command, machine, tenant);
}

/** Name of the file behind a command's download link. */
export function resultFileName(command: WorldCommandState): string {
  return command.type === 'GetFile'
    ? `${baseName(commandParam(command, 'Path'))}.gz`
    : `${commandParam(command, 'ScriptName')}.json`;
}
