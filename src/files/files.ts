import type { Asking } from '../access/access.ts';
import { gunzipped, isGzip } from '../downloads/unpack.ts';
import { withFirst } from '../downloads/with-first.ts';
import { GatewayError, InputError } from '../errors.ts';
import { createCommandResults } from './command-results.ts';
import { createFindFile, type FileAsked } from './find.ts';
import type { FilesParts } from './parts.ts';
import { createRecordFile, type Ended } from './record.ts';

/** A file on its way to a caller. */
export interface StreamedFile {
  /** As it is to be named by who keeps it; not made safe for anything. */
  readonly name: string;
  /** All of it, at the pace of the reader. Breaks off with the error that stopped it. */
  readonly chunks: AsyncGenerator<Buffer, void>;
  readonly ended: Ended;
}

/** What a caller wants of a file. */
export interface FileRequest extends FileAsked {
  /** `gzip`: as it was on the machine; null: as Defender packs it. */
  readonly unpack: string | null;
}

const checkUnpack = ({ unpack, part }: FileRequest): void => {
  if (unpack === null || (unpack === 'gzip' && part !== 'package')) return;
  const message =
    part === 'package'
      ? 'A package is a zip archive of many files: it comes as it is, leave unpack out'
      : 'unpack can be gzip, which Defender packs files with';
  throw new InputError(message, { field: 'unpack' });
};

/** Files of live response and investigation packages, for those who may: streamed, of any size, or in the answer of a command. */
export const createFiles = (parts: FilesParts) => {
  const { reads, openFile } = parts;
  const find = createFindFile(reads);
  const record = createRecordFile(parts);
  return {
    ...createCommandResults({ ...parts, record }),
    /** Opens one. Calls: those of `FindFile`, 1 for the link, 1 for the file. It is in the audit log before its first byte. */
    stream: async (asking: Asking, asked: FileRequest): Promise<StreamedFile> => {
      const { scope } = asking;
      checkUnpack(asked);
      const found = await find(asking, asked);
      const { tenant, action, name, what } = found;
      const { actionId, machineId } = action;
      const link = await found.link(scope);
      if (link === null) {
        throw new GatewayError('CONFLICT', `Defender has no file of the action ${actionId}, or not yet`, {
          tenant: tenant.name,
        });
      }
      const ended = await record(asking, { tenant, actionId, target: machineId, what });
      try {
        const begun = await withFirst(await openFile(tenant, link, scope));
        if (asked.unpack !== null) return { name, chunks: gunzipped(begun), ended };
        return { name: isGzip(begun.first) ? `${name}.gz` : name, chunks: begun.all, ended };
      } catch (error) {
        await ended(null);
        throw error;
      }
    },
  };
};

export type Files = ReturnType<typeof createFiles>;
