import type { Asking } from '../access/access.ts';
import { machineRefusal } from '../access/refusal.ts';
import { coversMachine } from '../actions/kinds/machine/targets.ts';
import type { LiveResponseFile } from '../actions/payloads.ts';
import type { LiveResponseCommandType } from '../domain/enums.ts';
import { isCompleted, type LiveResponseCommand, type LiveResponseScriptResult } from '../domain/machine-action.ts';
import { type FileContents, readContents } from '../downloads/contents.ts';
import { textIn } from '../downloads/text.ts';
import { plain } from '../downloads/unpack.ts';
import { withFirst } from '../downloads/with-first.ts';
import { asError, GatewayError, NotFoundError } from '../errors.ts';
import { readScriptReport } from '../unification/script-report.ts';
import { fileNameOf, fileUrlOf, pathOf } from './file-name.ts';
import type { FilesParts } from './parts.ts';
import type { RecordFile } from './record.ts';

const mebibyte = 1024 * 1024;
const maxScriptBytes = 16 * mebibyte;
/** The largest file that goes into an answer; base64 makes it a third larger. */
const maxAnswerBytes = 5 * mebibyte;

/**
 * Results of live response commands, for those who may run them on the machine. Two calls each, the link and the file, made when
 * what stands in the file is asked for; one more for a caller whose roles are limited to some machines.
 */
export const createCommandResults = (
  parts: Pick<FilesParts, 'reads' | 'openFile' | 'hashBytes'> & { readonly record: RecordFile },
) => {
  const { openFile, record, hashBytes } = parts;
  const { machineActions, machines } = parts.reads;
  const permission = 'liveresponse:run';

  /** The tenant, when the caller may take files from the command's machine. */
  const checkMachine = async ({ access, scope }: Asking, { tenant: name, machineId }: LiveResponseCommand) => {
    const tenant = access.tenantFor(name, permission);
    if (await coversMachine(access, permission, { tenant, machineId }, machines, scope)) return tenant;
    throw machineRefusal(permission, tenant);
  };

  /** What a command left, read to its end. */
  const read = async (
    asking: Asking,
    command: LiveResponseCommand,
    { isUnpacked = false, ...limits }: Parameters<typeof readContents>[1] & { readonly isUnpacked?: boolean },
    tooLarge: string,
  ): Promise<FileContents | null> => {
    const { scope } = asking;
    const tenant = await checkMachine(asking, command);
    const link = await machineActions.resultLink(tenant, command.actionId, command.index, scope);
    if (link === null) return null;
    try {
      const chunks = await openFile(tenant, link, scope);
      return await readContents(isUnpacked ? plain(await withFirst(chunks)) : chunks, limits);
    } catch (thrown) {
      if (!(thrown instanceof RangeError)) throw thrown;
      const details = { tenant: tenant.name, api: 'mde' };
      throw new GatewayError('QUERY_TOO_EXPENSIVE', tooLarge, details, asError(thrown));
    }
  };

  /** Size and hash are told to whoever may; content is given away, which the audit has to know. */
  const recorded = async (
    asking: Asking,
    command: LiveResponseCommand,
    work: () => Promise<FileContents>,
  ): Promise<FileContents> => {
    const { actionId, index } = command;
    const tenant = await checkMachine(asking, command);
    const taken = { tenant, actionId, target: actionId, what: { command: index, path: pathOf(command) } };
    const ended = await record(asking, taken);
    try {
      const contents = await work();
      await ended(contents.bytes === null ? null : contents);
      return contents;
    } catch (error) {
      await ended(null);
      throw error;
    }
  };

  const isOf = (command: LiveResponseCommand, wanted: LiveResponseCommandType): boolean =>
    command.type === wanted && isCompleted(command);

  return {
    /** What a completed `RUN_SCRIPT` printed; null for any other command. Two calls. */
    scriptResult: async (asking: Asking, command: LiveResponseCommand): Promise<LiveResponseScriptResult | null> => {
      if (!isOf(command, 'RUN_SCRIPT')) return null;
      const limits = { keepBytes: maxScriptBytes, maxBytes: maxScriptBytes, isUnpacked: true };
      const tooLarge = `The report is larger than ${maxScriptBytes / mebibyte} MiB: download it from ${fileUrlOf(command)}`;
      const contents = await read(asking, command, limits, tooLarge);
      return contents?.bytes == null ? null : readScriptReport(textIn(contents.bytes));
    },

    /** What a completed `GET_FILE` brought; null for any other command. Two calls when its contents are asked for. */
    fileResult: async (
      asking: Asking,
      command: LiveResponseCommand,
      { withBytes }: { readonly withBytes: boolean },
    ): Promise<LiveResponseFile | null> => {
      if (!isOf(command, 'GET_FILE')) return null;
      asking.access.tenantFor(command.tenant, permission);
      const limits = { keepBytes: withBytes ? maxAnswerBytes : 0, maxBytes: hashBytes };
      const tooLarge = `The file is larger than ${hashBytes} bytes (limits.fileHashBytes): download it from ${fileUrlOf(command)}`;
      let contents: Promise<FileContents> | undefined;
      return {
        fileName: fileNameOf(command),
        url: fileUrlOf(command),
        contents: () => {
          const work = async (): Promise<FileContents> =>
            (await read(asking, command, limits, tooLarge)) ?? gone(command);
          contents ??= withBytes ? recorded(asking, command, work) : work();
          return contents;
        },
      };
    },
  };
};

const gone = ({ tenant, actionId, index }: LiveResponseCommand): never => {
  throw new NotFoundError(`Defender has no file of the command ${index} of ${actionId} any more`, { tenant });
};
