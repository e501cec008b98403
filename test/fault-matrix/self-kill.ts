/**
 * Loaded before the gateway (`node --import`): counts what the process writes to SQLite and to the files of the audit, and
 * kills the process at one of these writes. SIGKILL to oneself takes effect before the next instruction, so "before" and
 * "after" are exact. Set in the environment: `KILL_NAME` and `KILL_NTH` (which write; none: all are noted and none kills),
 * `KILL_MOMENT`.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';
import { StatementSync } from 'node:sqlite';
import { createLookout, momentNow, nameOfAuditWrite, nameOfStoreWrite } from './steps.ts';

const { KILL_NAME, KILL_NTH, KILL_MOMENT } = process.env;
const isIt = createLookout(KILL_NAME === undefined ? null : { name: KILL_NAME, nth: Number(KILL_NTH) });
const { writeSync } = fs;

const say = (tag: string, what: unknown): void => void writeSync(2, `@${tag} ${JSON.stringify(what)}\n`);

const kill = (name: string): void => {
  say('killed', name);
  process.kill(process.pid, 'SIGKILL');
};

/** One write; `tear` does a half of it. */
const write = <T>(name: string, work: () => T, tear?: () => void): T => {
  const moment = isIt(name) ? KILL_MOMENT : undefined;
  say('step', { kind: 'write', name, tearable: tear !== undefined, at: momentNow() });
  if (moment === 'before') kill(name);
  if (moment === 'torn' && tear !== undefined) {
    tear();
    kill(name);
  }
  const result = work();
  if (moment === 'after') kill(name);
  return result;
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

replace(StatementSync.prototype, 'run', (call, args, self) => {
  const sql = self instanceof StatementSync ? self.sourceSQL : '';
  const verb = /^\s*([A-Z]+)/.exec(sql)?.[1] ?? 'WRITE';
  const key = args.find((arg) => typeof arg === 'string' && arg.startsWith('defender-gateway:'));
  const name = nameOfStoreWrite(verb, typeof key === 'string' ? key : undefined);
  return name === null ? call(args) : write(name, () => call(args));
});

/** Files of the audit that are open, by descriptor. */
const descriptors = new Set<unknown>();
const isAudit = (file: unknown): file is string => typeof file === 'string' && /^audit-/.test(basename(file));

replace(fs, 'openSync', (call, args) => {
  const descriptor = call(args);
  if (isAudit(args[0]) && args[1] === 'a') descriptors.add(descriptor);
  return descriptor;
});
replace(fs, 'closeSync', (call, args) => {
  descriptors.delete(args[0]);
  return call(args);
});
/** Before the first record the head of an empty log is written, which belongs to no action. */
let begun = false;
replace(fs, 'writeSync', (call, args) => {
  const [descriptor, bytes] = args;
  if (!descriptors.has(descriptor) || !(bytes instanceof Uint8Array)) return call(args);
  const name = nameOfAuditWrite(Buffer.from(bytes).toString('utf8'));
  if (name === null) return call(args);
  begun = true;
  const half = bytes.subarray(0, bytes.length / 2);
  return write(
    name,
    () => call(args),
    () => call([descriptor, half]),
  );
});
for (const method of ['writeFileSync', 'renameSync', 'rmSync', 'ftruncateSync']) {
  replace(fs, method, (call, args) =>
    isAudit(args[0]) && begun ? write(`${basename(args[0])} ${method}`, () => call(args)) : call(args),
  );
}
syncBuiltinESMExports();
