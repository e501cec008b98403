import { GatewayError } from '../errors.ts';
import { systemCodeOf } from '../system-code.ts';
import { RedisSilenceError } from './redis-silence.ts';

/** What is wrong with what keeps the gateway's entries or its audit log. */
interface Fault {
  /** For whoever asks, without addresses and paths: those are in the log. */
  readonly word: string;
  /** For operators: what goes on meanwhile, and what to do. */
  readonly advice: string;
}

const noActions = 'reads go on, and no action is done meanwhile';
const nothingKept = 'no action is done, and reads go on without what is kept';

/** One row a reason. */
const faults = {
  full: { word: 'its disk is full', advice: `${noActions}; make room on the disk` },
  readOnly: {
    word: 'it may not be written',
    advice: `${noActions}; let the gateway's user write the file and its folder`,
  },
  locked: {
    word: 'another process holds its lock',
    advice: `${noActions}; end the other process, or give each gateway a file of its own`,
  },
  damaged: {
    word: 'it is damaged',
    advice: `${noActions}; put back a copy of the file, or start with another and see "store accept"`,
  },
  disk: { word: 'its disk fails', advice: `${noActions}; look at the disk and at the folder of the file` },
  memory: {
    word: 'Redis is at its maxmemory and refuses writes',
    advice: `${noActions}; raise its maxmemory or remove what others keep in it, and leave maxmemory-policy at noeviction`,
  },
  replica: {
    word: 'Redis is a read-only replica',
    advice: `${noActions}; let the url lead to the primary: the gateway connects anew to see whether it does`,
  },
  orphan: {
    word: 'Redis is a replica that has lost its primary',
    advice:
      'no action is done meanwhile, and reads go on without what is kept; bring the primary back or promote the replica',
  },
  loading: {
    word: 'Redis reads its data and takes no commands yet',
    advice: 'no action is done meanwhile, and reads go on without what is kept; it ends by itself',
  },
  unsaved: {
    word: 'Redis cannot save to its disk and refuses writes',
    advice: `${noActions}; make room on its disk, or see its own log for why the last snapshot failed`,
  },
  alone: {
    word: 'Redis has too few replicas and refuses writes',
    advice: `${noActions}; bring its replicas back, or lower min-replicas-to-write`,
  },
  refused: {
    word: 'Redis refuses the sign-in of the gateway',
    advice: `${nothingKept}; set user name and password in the url`,
  },
  forbidden: {
    word: 'Redis does not permit the gateway a command',
    advice: 'let its user run all commands on keys that begin with defender-gateway (ACL SETUSER)',
  },
  clusterDown: {
    word: 'the Redis cluster is down',
    advice: `${nothingKept}; see CLUSTER INFO for the slots that have no server`,
  },
  cluster: {
    word: 'Redis is a cluster that has its keys on several servers',
    advice: 'give the gateway one server with replicas, or an address that stands for the whole cluster',
  },
  silent: {
    word: 'Redis does not answer',
    advice: `${nothingKept}; start it, or correct host and port of the url and what is between`,
  },
  untrusted: {
    word: 'the certificate of Redis is not taken',
    advice: `${nothingKept}; renew it there if it has ended, name a private CA in NODE_EXTRA_CA_CERTS, and let the url have the host that it is for`,
  },
  crowded: { word: 'Redis takes no more clients', advice: 'raise its maxclients, or end clients that are not needed' },
  busy: { word: 'Redis is busy with a script', advice: 'it ends by itself, or by SCRIPT KILL' },
} as const satisfies Readonly<Record<string, Fault>>;

/** https://www.sqlite.org/rescode.html */
const ofSqlite: Readonly<Record<number, Fault>> = {
  5: faults.locked,
  6: faults.locked,
  8: faults.readOnly,
  10: faults.disk,
  11: faults.damaged,
  13: faults.full,
  14: faults.disk,
  26: faults.damaged,
};

/** Codes of the system. */
const ofSystem: Readonly<Record<string, Fault>> = {
  ENOSPC: faults.full,
  EDQUOT: faults.full,
  EFBIG: faults.full,
  EROFS: faults.readOnly,
  EACCES: faults.readOnly,
  EPERM: faults.readOnly,
  ENOENT: faults.disk,
  EIO: faults.disk,
  ECONNREFUSED: faults.silent,
  ECONNRESET: faults.silent,
  EHOSTUNREACH: faults.silent,
  ENETUNREACH: faults.silent,
  ENOTFOUND: faults.silent,
  EAI_AGAIN: faults.silent,
  ETIMEDOUT: faults.silent,
  CERT_HAS_EXPIRED: faults.untrusted,
  CERT_NOT_YET_VALID: faults.untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: faults.untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: faults.untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: faults.untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: faults.untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: faults.untrusted,
};

/** The first word of what Redis says: https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors */
const ofRedis: Readonly<Record<string, Fault>> = {
  OOM: faults.memory,
  READONLY: faults.replica,
  MASTERDOWN: faults.orphan,
  LOADING: faults.loading,
  MISCONF: faults.unsaved,
  NOREPLICAS: faults.alone,
  NOAUTH: faults.refused,
  WRONGPASS: faults.refused,
  NOPERM: faults.forbidden,
  CLUSTERDOWN: faults.clusterDown,
  MOVED: faults.cluster,
  ASK: faults.cluster,
  CROSSSLOT: faults.cluster,
  BUSY: faults.busy,
};

/** The word that an error of Redis begins with; of one in a script, as Redis tells it before version 7, that behind its place. */
export const redisCodeOf = ({ message }: Error): string =>
  /^ERR Error running script .* -([A-Z]+) /.exec(message)?.[1] ?? /^[A-Z]+/.exec(message)?.[0] ?? '';

/** What SQLite, the system or Redis said; null: it has no row. */
const faultOf = (error: unknown): Fault | null => {
  if (!(error instanceof Error)) return null;
  if (error instanceof RedisSilenceError) return faultOf(error.cause) ?? faults.silent;
  if (error instanceof GatewayError) return faultOf(error.cause);
  const sqlite = 'errcode' in error ? ofSqlite[Number(error.errcode) & 0xff] : undefined;
  const system = ofSystem[systemCodeOf(error)];
  const crowded = error.message.startsWith('ERR max number of clients') ? faults.crowded : undefined;
  return sqlite ?? system ?? crowded ?? ofRedis[redisCodeOf(error)] ?? null;
};

/** What to do about `what` at a start that could not use it: of a full disk another thing than of one that may not be written. */
export const startRemedy = (error: unknown, what: string): string =>
  faultOf(error) === faults.full ? 'make room on its disk' : `let the gateway's user write ${what}`;

/** What is told of a failure to whoever asks. */
export const faultWord = (error: unknown): string => faultOf(error)?.word ?? 'the log of the gateway says why';

/** What is told of it to operators: why, what goes on, and what to do; null: no more than the failure says itself. */
export const faultAdvice = (error: unknown): string | null => {
  const fault = faultOf(error);
  return fault === null ? null : `${fault.word}: ${fault.advice}`;
};
