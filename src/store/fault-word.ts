import { StoreFailure } from './failure.ts';
import { RedisSilenceError } from './redis-silence.ts';

/** What a failure means, by the codes of SQLite (https://www.sqlite.org/rescode.html), the system and Redis. */
const words = {
  full: 'its disk is full',
  readOnly: 'it may not be written',
  locked: 'another process holds its lock',
  damaged: 'it is damaged',
  disk: 'its disk fails',
  memory: 'Redis is at its maxmemory',
  loading: 'Redis reads its data and takes no commands yet',
  unsaved: 'Redis cannot save to its disk and takes no writes',
  alone: 'Redis has too few replicas and takes no writes',
  refused: 'Redis refuses the sign-in of the gateway',
  silent: 'Redis does not answer',
} as const;

const ofSqlite: Readonly<Record<number, string>> = {
  5: words.locked,
  6: words.locked,
  8: words.readOnly,
  10: words.disk,
  11: words.damaged,
  13: words.full,
  14: words.disk,
  26: words.damaged,
};

/** The first word of what Redis says, and codes of the system. */
const ofCode: Readonly<Record<string, string>> = {
  ENOSPC: words.full,
  EDQUOT: words.full,
  EFBIG: words.full,
  EROFS: words.readOnly,
  EACCES: words.readOnly,
  EPERM: words.readOnly,
  ENOENT: words.disk,
  EIO: words.disk,
  OOM: words.memory,
  READONLY: words.readOnly,
  LOADING: words.loading,
  MISCONF: words.unsaved,
  NOREPLICAS: words.alone,
  NOAUTH: words.refused,
  WRONGPASS: words.refused,
  NOPERM: words.refused,
};

/** What is told of a failure to whoever asks, without addresses and paths: those are in the log. */
export const faultWord = (error: unknown): string => {
  if (error instanceof StoreFailure) return faultWord(error.cause);
  if (error instanceof RedisSilenceError) return wordOf(error.cause) ?? words.silent;
  return wordOf(error) ?? 'the log of the gateway says why';
};

/** The word of what SQLite, the system or Redis said; null: it has none. */
const wordOf = (error: unknown): string | null => {
  const sqlite = error instanceof Error && 'errcode' in error ? ofSqlite[Number(error.errcode) & 0xff] : undefined;
  const code = error instanceof Error && 'code' in error ? ofCode[String(error.code)] : undefined;
  const redis = error instanceof Error ? ofCode[error.message.split(' ')[0] ?? ''] : undefined;
  return sqlite ?? code ?? redis ?? null;
};
