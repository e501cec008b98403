import { StringDecoder } from 'node:string_decoder';
import { UpstreamError } from '../errors.ts';

/** Characters of a line; a row has some thousands. */
const longestLine = 1_048_576;

/** The lines of a text that comes in pieces, those of each piece together, without their ends. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly string[], void, void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine) {
      throw new UpstreamError('UPSTREAM_REJECTED', `The file has a line of more than ${longestLine} characters`);
    }
    if (lines.length > 0) yield lines;
  }
  rest += decoder.end();
  if (rest !== '') yield [rest];
}
