import { createHmac, randomBytes } from 'node:crypto';
import type { Content } from './http/streamed.ts';

/** Signed links to files on blob storage, as live response results and investigation packages are handed out. */
export interface Links {
  /** Keeps `content` for `ttlSeconds` and returns the path and query that opens it: `/{random}/{fileName}?se=..&sig=..`. */
  register(content: Content, fileName: string, ttlSeconds: number): string;
  /** The content behind a path and query; `'expired'` after its time; `undefined` when the signature is not ours. */
  open(pathAndQuery: string): Content | 'expired' | undefined;
}

interface Entry {
  readonly content: Content;
  readonly expiresAtMs: number;
}

/** Link registry in memory. `se` is the expiry and `sig` the signature, as in a shared access signature of Azure Storage. */
export const createLinks = ({ now }: { readonly now: () => Date }): Links => {
  const key = randomBytes(32);
  const entries = new Map<string, Entry>();
  return {
    register(content, fileName, ttlSeconds) {
      const expiresAtMs = now().getTime() + ttlSeconds * 1000;
      const path = `/${randomBytes(12).toString('hex')}/${encodeURIComponent(fileName)}`;
      const expiry = new Date(expiresAtMs).toISOString();
      const signature = createHmac('sha256', key).update(`${path}\n${expiry}`).digest('base64url');
      const link = `${path}?${new URLSearchParams({ sv: '2024-11-04', sp: 'r', se: expiry, sig: signature })}`;
      entries.set(link, { content, expiresAtMs });
      return link;
    },
    open(pathAndQuery) {
      const entry = entries.get(pathAndQuery);
      if (!entry) return undefined;
      return now().getTime() < entry.expiresAtMs ? entry.content : 'expired';
    },
  };
};
