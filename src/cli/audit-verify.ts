import { existsSync, statSync } from 'node:fs';
import type { Verification } from '../audit/verify.ts';
import type { VerifyWith } from '../audit/verify-notes.ts';
import type { AuditConfig } from '../config/audit.ts';
import type { Config } from '../config/config.ts';
import { asError } from '../errors.ts';
import { createLog } from '../log.ts';
import { exitCodes, type Run } from './io.ts';
import { settingsOf } from './settings.ts';

/** What the store tells: the key, and the head that it remembers. */
interface FromStore extends VerifyWith {
  /** Why it tells less than it could; sentences. */
  readonly notes: readonly string[];
  /** What of the store should be there, and is not; null: nothing is missing. */
  readonly missing?: string;
}

/** What of the store is not there: a gateway that ran made it. A database or key that is not there must not be made by looking. */
const missingOf = async ({ store }: Config): Promise<string | null> => {
  if (store.kind !== 'sqlite') return null;
  const database = (await store.url.reveal()).slice('sqlite:'.length);
  if (!existsSync(database)) return 'the store at store.url';
  return store.encryptionKey === null && !existsSync(`${database}.key`) ? 'the key file beside the store' : null;
};

const fromStore = async (config: Config, audit: Exclude<AuditConfig, { kind: 'memory' }>): Promise<FromStore> => {
  const { auditKeyPurpose, createAuditKey } = await import('../audit/key.ts');
  const { keepsKey, placeOf } = await import('../audit/open.ts');
  const { rememberedHead } = await import('../audit/head-memory.ts');
  const { openStore } = await import('../store/store.ts');
  if (!keepsKey(config.store))
    return { notes: ['The store is in memory and has no encryptionKey, so there is no key'] };
  const missing = await missingOf(config);
  if (missing !== null && config.store.encryptionKey === null) return { notes: [], missing };
  // Of a database that is not there the key alone is wanted, which is in the settings.
  const url = missing === null ? config.store.url : 'memory:';
  const store = await openStore({ ...config.store, url, log: createLog({ level: 'silent' }) });
  try {
    const key = createAuditKey(store.deriveKey(auditKeyPurpose));
    const known = await rememberedHead(store, await placeOf(audit)).catch((thrown: unknown) => asError(thrown));
    const gone = missing === null ? {} : { missing };
    return known instanceof Error
      ? { key, notes: [`The store does not answer (${known.message}), so the head that it remembers is not known`] }
      : { key, known, notes: [], ...gone };
  } finally {
    await store.close();
  }
};

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const verify = async (config: Config): Promise<(Verification & Pick<FromStore, 'notes'>) | null> => {
  const { audit } = config;
  if (audit.kind === 'memory') return null;
  const { verifyFolder, verifyRedis } = await import('../audit/verify.ts');
  const { notes, missing, ...known } = await fromStore(config, audit);
  if (audit.kind === 'file' && !isFolder(audit.folder)) {
    const fault = known.known == null ? 'there is no log here, and none is known' : 'every record is gone';
    return { ok: false, records: 0, firstSeq: 0, lastSeq: 0, fault, notes };
  }
  const found =
    audit.kind === 'file'
      ? await verifyFolder(audit.folder, known)
      : await verifyRedis(await audit.url.reveal(), known);
  const all = [...notes, ...found.notes];
  if (!found.ok || missing === undefined) return { ...found, notes: all };
  const fault = `${missing} is gone, so that nothing tells whether these are the records that were written`;
  return { ...found, ok: false, fault, notes: all };
};

/** `defender-gateway audit verify`: whether the audit log is whole, and what that cannot tell. */
export const runAuditVerify: Run = async ({ io, options }) => {
  const found = await verify(await settingsOf(io, options.config));
  if (found === null) {
    io.err('The audit log is kept in memory (audit.url), so there is nothing to verify\n');
    return exitCodes.faulty;
  }
  const { ok, records, firstSeq, lastSeq, fault, notes } = found;
  const tell = ok ? io.out : io.err;
  if (!ok) tell(`The audit log is not whole: ${fault}. ${records} records before it hold\n`);
  else if (records === 0) tell('The audit log was begun and has no records yet\n');
  else tell(`The audit log is whole: ${records} records, ${firstSeq} to ${lastSeq}\n`);
  for (const note of notes) tell(`- ${note}.\n`);
  return ok ? exitCodes.fine : exitCodes.faulty;
};
