import { randomUUID } from 'node:crypto';

/** A file with fields beside it, as `multipart/form-data` (RFC 7578). */
export interface Form {
  readonly fields: Readonly<Record<string, string>>;
  readonly file: { readonly field: string; readonly name: string; readonly content: Uint8Array<ArrayBuffer> };
}

/** A name between quotes: https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data */
const quoted = (name: string): string =>
  `"${name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22')}"`;

/** Lines of a field end as those of the form do. */
const withLineEnds = (text: string): string => text.replace(/\r\n|\r|\n/g, '\r\n');

/** The form's bytes, in which the file is copied once, and its media type with their boundary. */
export const encodeForm = ({ fields, file }: Form): { readonly type: string; readonly bytes: Uint8Array } => {
  const boundary = `----gateway-${randomUUID()}`;
  const disposition = (name: string): string => `--${boundary}\r\nContent-Disposition: form-data; name=${quoted(name)}`;
  const before = Object.entries(fields).map(
    ([name, value]) => `${disposition(name)}\r\n\r\n${withLineEnds(value)}\r\n`,
  );
  before.push(
    `${disposition(file.field)}; filename=${quoted(file.name)}\r\nContent-Type: application/octet-stream\r\n\r\n`,
  );
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.concat([Buffer.from(before.join('')), file.content, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
};
