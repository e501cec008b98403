/**
 * Counts what each gateway of this process writes to SQLite and to the files of the audit, and halts it at one of these writes:
 * that write and all behind it take no effect, as if the process had been killed at that instruction, while the other gateways go
 * on until the process is killed indeed. Whose write it is says the folder.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename, sep } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  createLookout,
  type KillPoint,
  momentNow,
  type NotedStep,
  nameOfAuditWrite,
  nameOfStoreWrite,
} from './steps.ts';

/** What a gateway gets of every write after it was halted. */
class HaltedError extends Error {}

/** Whether it comes of a halt. */
export const isOfHalt = (error: unknown): boolean =>
  error instanceof Error && (error instanceof HaltedError || isOfHalt(error.cause));

/** A gateway of this process, by what it writes. */
export interface Halting {
  /** Lets nothing that it writes take effect any more, unless that is so. */
  halt(): void;
}

interface Watched {
  readonly folder: string;
  /** Whether the write that is about to be done is the one. */
  readonly momentOf: (name: string) => KillPoint['moment'] | null;
  readonly onStep: (step: NotedStep) => void;
  /** `name`: of the write at which it was halted; null: it was told to. */
  readonly onHalt: (name: string | null) => void;
  isHalted: boolean;
  /** Before the first record the head of an empty log is written, which belongs to no action. */
  hasAudit: boolean;
}

const all = new Set<Watched>();

/** Watches a gateway that keeps everything in `folder`. */
export const watchFolder = (
  folder: string,
  point: KillPoint | null,
  heard: Pick<Watched, 'onStep' | 'onHalt'>,
): Halting => {
  const isIt = createLookout(point);
  const momentOf = (name: string) => (point !== null && isIt(name) ? point.moment : null);
  const watched: Watched = { folder, momentOf, ...heard, isHalted: false, hasAudit: false };
  all.add(watched);
  return {
    halt: () => {
      if (watched.isHalted) return;
      watched.isHalted = true;
      heard.onHalt(null);
    },
  };
};

const ownerOf = (file: unknown): Watched | undefined =>
  typeof file === 'string' ? [...all].find(({ folder }) => file.startsWith(`${folder}${sep}`)) : undefined;

const refuseHalted = (owner: Watched | undefined): void => {
  if (owner?.isHalted) throw new HaltedError('This gateway was halted');
};

/** One write of an action; `tear` does a half of it. */
const write = <T>(owner: Watched, name: string, work: () => T, tear?: () => void): T => {
  const halt = (): never => {
    owner.isHalted = true;
    owner.onHalt(name);
    throw new HaltedError(`This gateway was halted at ${name}`);
  };
  const moment = owner.momentOf(name);
  owner.onStep({ kind: 'write', name, tearable: tear !== undefined, at: momentNow() });
  if (moment === 'before') halt();
  if (moment === 'torn' && tear !== undefined) {
    tear();
    halt();
  }
  const result = work();
  return moment === 'after' ? halt() : result;
};

/** Puts `wrapped` in the place of a method, given the one that was there. */
const replace = (
  owner: object,
  method: string,
  wrapped: (call: (args: readonly unknown[]) => unknown, args: readonly unknown[], self: unknown) => unknown,
): void => {
  const original: unknown = Reflect.get(owner, method);
  if (typeof original !== 'function') throw new Error(`There is no ${method} to be counted`);
  Object.defineProperty(owner, method, {
    configurable: true,
    writable: true,
    value: function (this: unknown, ...args: unknown[]): unknown {
      return wrapped((given) => Reflect.apply(original, this, given), args, this);
    },
  });
};

const databaseOwner = (database: unknown): Watched | undefined =>
  database instanceof DatabaseSync && database.isOpen ? ownerOf(database.location()) : undefined;

const statementOwners = new WeakMap<object, Watched>();
replace(DatabaseSync.prototype, 'prepare', (call, args, self) => {
  const statement = call(args);
  const owner = databaseOwner(self);
  if (owner !== undefined && statement instanceof StatementSync) statementOwners.set(statement, owner);
  return statement;
});
replace(DatabaseSync.prototype, 'exec', (call, args, self) => {
  refuseHalted(databaseOwner(self));
  return call(args);
});
replace(StatementSync.prototype, 'run', (call, args, self) => {
  const owner = self instanceof StatementSync ? statementOwners.get(self) : undefined;
  refuseHalted(owner);
  const sql = self instanceof StatementSync ? self.sourceSQL : '';
  const verb = /^\s*([A-Z]+)/.exec(sql)?.[1] ?? 'WRITE';
  const key = args.find((arg) => typeof arg === 'string' && arg.startsWith('defender-gateway:'));
  const name = nameOfStoreWrite(verb, typeof key === 'string' ? key : undefined);
  return name === null || owner === undefined ? call(args) : write(owner, name, () => call(args));
});

/** Files of gateways that are open for writing, by descriptor. */
const open = new Map<unknown, { readonly owner: Watched; readonly isLog: boolean }>();
const isAudit = (file: unknown): file is string => typeof file === 'string' && /^audit-/.test(basename(file));

replace(fs, 'openSync', (call, args) => {
  const [file, flags] = args;
  const owner = flags === 'r' ? undefined : ownerOf(file);
  refuseHalted(owner);
  const descriptor = call(args);
  if (owner !== undefined) open.set(descriptor, { owner, isLog: isAudit(file) && flags === 'a' });
  return descriptor;
});
replace(fs, 'closeSync', (call, args) => {
  open.delete(args[0]);
  return call(args);
});
replace(fs, 'writeSync', (call, args) => {
  const [descriptor, bytes] = args;
  const file = open.get(descriptor);
  refuseHalted(file?.owner);
  if (file?.isLog !== true || !(bytes instanceof Uint8Array)) return call(args);
  const name = nameOfAuditWrite(Buffer.from(bytes).toString('utf8'));
  if (name === null) return call(args);
  file.owner.hasAudit = true;
  const half = bytes.subarray(0, bytes.length / 2);
  return write(
    file.owner,
    name,
    () => call(args),
    () => call([descriptor, half]),
  );
});
for (const method of ['renameSync', 'rmSync', 'ftruncateSync', 'chmodSync', 'mkdirSync']) {
  replace(fs, method, (call, args) => {
    const [file] = args;
    const opened = open.get(file);
    const owner = opened?.owner ?? ownerOf(file);
    refuseHalted(owner);
    if (!owner?.hasAudit || !(opened?.isLog || isAudit(file))) return call(args);
    return write(owner, `${isAudit(file) ? basename(file) : 'audit'} ${method}`, () => call(args));
  });
}
syncBuiltinESMExports();
