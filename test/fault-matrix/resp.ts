/** Commands of Redis as bytes (RESP: an array of bulk strings each), as a proxy sees them. */

/** Whole commands in `bytes`, each an array of bulk strings, and what is left of the last. */
export const commandsIn = (bytes: Buffer): { readonly commands: readonly Buffer[]; readonly rest: Buffer } => {
  const commands: Buffer[] = [];
  let start = 0;
  for (;;) {
    const end = endOfCommand(bytes, start);
    if (end === null) return { commands, rest: bytes.subarray(start) };
    commands.push(bytes.subarray(start, end));
    start = end;
  }
};

/** Offset behind the command that begins at `start`; null: it has not arrived whole. */
const endOfCommand = (bytes: Buffer, start: number): number | null => {
  const count = numberAt(bytes, start);
  if (count === null) return null;
  let at = count.next;
  for (let part = 0; part < count.value; part += 1) {
    const length = numberAt(bytes, at);
    if (length === null) return null;
    at = length.next + length.value + 2;
    if (at > bytes.length) return null;
  }
  return at;
};

/** The number of a line such as `*3` or `$12`. */
const numberAt = (bytes: Buffer, at: number): { readonly value: number; readonly next: number } | null => {
  const end = bytes.indexOf('\r\n', at);
  return end < 0 ? null : { value: Number(bytes.toString('latin1', at + 1, end)), next: end + 2 };
};

/** Verb and arguments of a whole command. */
export const wordsOf = (command: Buffer): readonly string[] => {
  const words: string[] = [];
  let at = numberAt(command, 0)?.next ?? command.length;
  while (at < command.length) {
    const length = numberAt(command, at);
    if (length === null) break;
    words.push(command.toString('utf8', length.next, length.next + length.value));
    at = length.next + length.value + 2;
  }
  return words;
};
