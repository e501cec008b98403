import { StringDecoder } from 'node:string_decoder';
import { UnreadableFileError } from '../downloads/unpack.ts';

/** Characters of a line; a row has some thousands. */
const longestLine = 1_048_576;

/** Windows writes a byte order mark at the beginning of a file; JSON takes none (RFC 8259, 8.1). */
const withoutMark = (text: string): string => (text.startsWith('\ufeff') ? text.slice(1) : text);

/** The lines of a text that comes in pieces, those of each piece together, without their ends. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly string[], void, void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let isBegun = false;
  for await (const chunk of chunks) {
    rest += decoder.write(chunk);
    if (!isBegun && rest !== '') {
      rest = withoutMark(rest);
      isBegun = true;
    }
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) {
      throw new UnreadableFileError(`The file has a line of more than ${longestLine} characters`);
    }
    if (lines.length > 0) yield lines;
  }
  rest += decoder.end();
  if (rest !== '') yield [rest];
}
