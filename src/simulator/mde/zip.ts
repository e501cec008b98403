import { crc32 } from 'node:zlib';
import { type Content, chunksOf, type Streamed } from '../http/streamed.ts';

/** One file of an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly content: Content;
}

const utf8Names = 0x0800;
const version = 20;

/** The fields that the local header and the central directory share: APPNOTE 4.3.7 and 4.3.12, method 0 (stored). */
function sharedFields({ name, content }: ZipEntry): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(version, 0);
  fields.writeUInt16LE(utf8Names, 2);
  fields.writeUInt16LE(0, 4);
  // 1 January 1980, the first date the format has: the archive depends on nothing but its files.
  fields.writeUInt16LE(0, 6);
  fields.writeUInt16LE(0x21, 8);
  fields.writeUInt32LE(checksumOf(content), 10);
  fields.writeUInt32LE(content.byteLength, 14);
  fields.writeUInt32LE(content.byteLength, 18);
  fields.writeUInt16LE(Buffer.byteLength(name), 22);
  return fields;
}

const signature = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

function checksumOf(content: Content): number {
  let checksum = 0;
  for (const chunk of chunksOf(content)) checksum = crc32(chunk, checksum);
  return checksum;
}

/** A zip archive without compression: enough for a reader to find and check every file. */
export function zip(entries: readonly ZipEntry[]): Streamed {
  const directory: Buffer[] = [];
  const files: { readonly head: Buffer; readonly content: Content }[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name, 'utf8');
    const fields = sharedFields(entry);
    const head = Buffer.concat([signature(0x04034b50), fields, name]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const madeBy = Buffer.alloc(2);
    madeBy.writeUInt16LE(version);
    directory.push(signature(0x02014b50), madeBy, fields, place, name);
    files.push({ head, content: entry.content });
    offset += head.length + entry.content.byteLength;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  const tail = Buffer.concat([central, signature(0x06054b50), end]);
  return {
    byteLength: offset + tail.length,
    *chunks() {
      for (const { head, content } of files) {
        yield head;
        yield* chunksOf(content);
      }
      yield tail;
    },
  };
}
