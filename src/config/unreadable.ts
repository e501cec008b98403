import { FileBoundsError } from '../bounded-file.ts';
import { systemCodeOf } from '../system-code.ts';

const notPermitted = "the gateway's user may not read it";

/** What the system's codes mean to an operator. */
const words: Readonly<Record<string, string>> = {
  EACCES: notPermitted,
  EIO: 'its disk fails',
  EISDIR: 'it is a folder',
  ELOOP: 'its links lead in a circle',
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of its path is no folder',
  EPERM: notPermitted,
};

/** Why a file cannot be read, for the brackets behind its name. */
export const whyUnreadable = (thrown: unknown): string => {
  if (thrown instanceof FileBoundsError) return thrown.message;
  const code = systemCodeOf(thrown);
  const meaning = words[code];
  return meaning === undefined ? code || 'unreadable' : `${code}: ${meaning}`;
};
