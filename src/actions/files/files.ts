import type { Caller } from '../../access/caller.ts';
import { GatewayError, InputError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { CallScope } from '../../scope.ts';
import type { AuditTrail } from '../audit-trail.ts';
import type { FileFacts } from './contents.ts';
import type { FileAsked, FindFile, FoundFile } from './find.ts';
import type { OpenFile } from './open.ts';
import { begin, gunzipped, isGzip } from './unpack.ts';

/** A file on its way to a caller. */
export interface StreamedFile {
  /** As it is to be named by who keeps it; not made safe for anything. */
  readonly name: string;
  /** All of it, at the pace of the reader. Breaks off with the error that stopped it. */
  readonly chunks: AsyncGenerator<Buffer, void>;
  /** To be called once, at its end: with what the caller got; null: not all of it. Never rejects. */
  ended(got: FileFacts | null): Promise<void>;
}

/** What a caller wants of a file. */
export interface FileRequest extends FileAsked {
  /** `gzip`: as it was on the machine; null: as Defender packs it. */
  readonly unpack: string | null;
}

/** Files of live response and investigation packages, of any size, for those who may. */
export interface Files {
  /** Opens one. Calls: those of `FindFile`, 1 for the link, 1 for the file. It is in the audit log before its first byte. */
  stream(caller: Caller, asked: FileRequest, scope: CallScope): Promise<StreamedFile>;
  /** Resolves when every file that was begun is at its end, and written to the audit. */
  settled(): Promise<void>;
}

const checkUnpack = ({ unpack, part }: FileRequest): void => {
  if (unpack === null || (unpack === 'gzip' && part !== 'package')) return;
  const message =
    part === 'package'
      ? 'A package is a zip archive of many files: it comes as it is, leave unpack out'
      : 'unpack can be gzip, which Defender packs files with';
  throw new InputError(message, { field: 'unpack' });
};

export const createFiles = ({
  find,
  open,
  auditTrail,
  log,
}: {
  readonly find: FindFile;
  readonly open: OpenFile;
  readonly auditTrail: AuditTrail;
  readonly log: Log;
}): Files => {
  const underWay = new Set<Promise<void>>();

  /** Writes that it is taken; nothing is given before. */
  const record = async (caller: Caller, { tenant, action, what }: FoundFile, scope: CallScope) => {
    const [recorded] = await auditTrail.begin(
      { caller, approved: null, mutation: 'downloadFile', tenant: tenant.name, input: what },
      [action.machineId],
      (target) => ({ target, refusal: null, subject: null }),
      scope,
    );
    const { promise, resolve } = Promise.withResolvers<void>();
    underWay.add(promise);
    return async (got: FileFacts | null): Promise<void> => {
      await recorded?.act.end({ outcome: got === null ? 'FAILED' : 'DONE', actionId: action.actionId });
      log.info(got === null ? 'A file broke off' : 'A file was downloaded', {
        requestId: scope.requestId,
        callerId: caller.id,
        tenant: tenant.name,
        actionId: action.actionId,
        ...got,
      });
      underWay.delete(promise);
      resolve();
    };
  };

  return {
    stream: async (caller, asked, scope) => {
      checkUnpack(asked);
      const found = await find(caller, asked, scope);
      const { tenant, action, name } = found;
      const link = await found.link(scope);
      if (link === null) {
        throw new GatewayError('CONFLICT', `Defender has no file of the action ${action.actionId}, or not yet`, {
          tenant: tenant.name,
        });
      }
      const ended = await record(caller, found, scope);
      try {
        const begun = await begin(await open(tenant, link, scope));
        if (asked.unpack !== null) return { name, chunks: gunzipped(begun), ended };
        return { name: isGzip(begun.first) ? `${name}.gz` : name, chunks: begun.chunks, ended };
      } catch (error) {
        await ended(null);
        throw error;
      }
    },
    settled: async () => {
      await Promise.all(underWay);
    },
  };
};
