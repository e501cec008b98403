import { isUtf8 } from 'node:buffer';

/** What a file is told whose bytes are no text in UTF-8. */
export const notUtf8 = 'is not text in UTF-8; Windows PowerShell 5.1 writes it with Out-File -Encoding utf8';

/** The text; `null`: it is none in UTF-8. Windows PowerShell 5.1 writes UTF-16 with `>`, half of whose bytes are zero. */
export const utf8TextOf = (bytes: Buffer): string | null =>
  isUtf8(bytes) && !bytes.includes(0) ? bytes.toString('utf8') : null;
