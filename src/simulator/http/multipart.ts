/** One part of a form. */
export interface FormPart {
  readonly name: string;
  /** `null` for a plain value. */
  readonly fileName: string | null;
  readonly content: Buffer;
}

const headEnd = Buffer.from('\r\n\r\n');

/**
 * Parts of a `multipart/form-data` body (RFC 7578).
 * @returns `null` when the content type has no boundary or the body does not begin with it.
 */
export function readForm(contentType: string, body: Buffer): readonly FormPart[] | null {
  const boundary = /boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  if (boundary === null) return null;
  const delimiter = Buffer.from(`--${boundary[1] ?? boundary[2]}`);
  const parts: FormPart[] = [];
  let at = body.indexOf(delimiter);
  if (at === -1) return null;
  for (;;) {
    const from = at + delimiter.length;
    const next = body.indexOf(delimiter, from);
    if (next === -1) return parts;
    // A part stands between the line break after its delimiter and the one before the next.
    const part = readPart(body.subarray(from + 2, next - 2));
    if (part !== null) parts.push(part);
    at = next;
  }
}

function readPart(bytes: Buffer): FormPart | null {
  const end = bytes.indexOf(headEnd);
  if (end === -1) return null;
  const disposition = /^content-disposition:.*$/im.exec(bytes.subarray(0, end).toString('utf8'))?.[0] ?? '';
  const name = /[; ]name="?([^";]+)"?/i.exec(disposition)?.[1];
  if (name === undefined) return null;
  return {
    name,
    fileName: fileNameOf(disposition),
    content: bytes.subarray(end + headEnd.length),
  };
}

/** `filename*` (RFC 8187) is read before `filename`; both are UTF-8 in practice. */
function fileNameOf(disposition: string): string | null {
  const extended = /filename\*=utf-8''([^;\s]+)/i.exec(disposition)?.[1];
  if (extended !== undefined) return decodeURIComponent(extended);
  return /filename="([^"]*)"/i.exec(disposition)?.[1] ?? /filename=([^;\s]+)/i.exec(disposition)?.[1] ?? null;
}
