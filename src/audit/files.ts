import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChainHead, emptyChain, hashOf, headOf, recordOf } from './chain.ts';

/** The end of the chain, apart from the lines: without it a cut of the last lines would not show. */
export const headFile = 'audit-head';

const pattern = /^audit-(\d{8})\.jsonl$/;

export const fileName = (number: number): string => `audit-${String(number).padStart(8, '0')}.jsonl`;

/** Numbers of the files of a folder, the oldest first. */
export const fileNumbers = (folder: string): readonly number[] =>
  readdirSync(folder)
    .flatMap((name) => {
      const number = pattern.exec(name)?.[1];
      return number === undefined ? [] : [Number(number)];
    })
    .sort((a, b) => a - b);

export const linesOf = (folder: string, number: number): readonly string[] =>
  readFileSync(join(folder, fileName(number)), 'utf8')
    .split('\n')
    .slice(0, -1);

/** The newest file, how long it is, and what its last line is. */
export interface Tail {
  readonly number: number;
  /** Bytes. */
  readonly size: number;
  readonly head: ChainHead;
}

/** Cuts off a line that was not written to its end: its act was not begun, for it was never confirmed. */
const repair = (folder: string, number: number): number => {
  const file = join(folder, fileName(number));
  const bytes = readFileSync(file);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (whole === bytes.length) return whole;
  const descriptor = openSync(file, 'r+');
  try {
    ftruncateSync(descriptor, whole);
    return fstatSync(descriptor).size;
  } finally {
    closeSync(descriptor);
  }
};

/** The head that was kept apart; null when there is none. */
export const readHead = (folder: string): ChainHead | null => {
  const file = join(folder, headFile);
  return existsSync(file) ? headOf(readFileSync(file, 'utf8')) : null;
};

const lastLine = (folder: string): ChainHead => {
  const line = [...fileNumbers(folder)]
    .reverse()
    .map((number) => linesOf(folder, number).at(-1))
    .find((each) => each !== undefined);
  if (line === undefined) return emptyChain;
  const record = recordOf(line);
  if (record === null) throw new Error(`The last line of the audit log in ${folder} is no record`);
  return { seq: record.seq, hash: hashOf(line) };
};

/** Where the log of a folder ends. Throws when its last line is no record: then nothing may be tied to it. */
export const readTail = (folder: string): Tail => {
  const number = fileNumbers(folder).at(-1) ?? 1;
  const size = existsSync(join(folder, fileName(number))) ? repair(folder, number) : 0;
  const last = lastLine(folder);
  const head = readHead(folder);
  // Lines that were cut off leave a gap for ever: to go on from what is left would hide it.
  return { number, size, head: head !== null && head.seq > last.seq ? head : last };
};
