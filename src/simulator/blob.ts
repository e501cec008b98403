import type { Site } from './http/site.ts';
import type { SimResponse } from './http/types.ts';
import type { Links } from './links.ts';

/** The storage hosts whose links the APIs hand out; one listener stands for both. */
export const blobHosts = {
  liveResponse: 'https://automatedirstrprdweu.blob.core.windows.net',
  packages: 'https://userrequests-us.securitycenter.windows.com',
} as const;

/** An error of Azure Storage: XML with a code. */
const storageError = (
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): SimResponse => ({
  status,
  headers: { ...headers, 'content-type': 'application/xml', 'x-ms-error-code': code },
  body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
});

/**
 * Blob storage: opens signed links only. It refuses a bearer token, as storage does: a client that sends its Defender
 * token there leaks it.
 */
export const createBlobSite = (links: Links): Site => ({
  host: blobHosts.liveResponse,
  identify: async (incoming) => ({
    product: 'blob',
    operation: 'blob.download',
    tenant: null,
    quota: { perMinute: null, perHour: null },
    headers: { 'x-ms-version': '2024-11-04' },
    error: (status, code = 'ServerBusy', message = `Simulated fault ${status}`, headers) =>
      storageError(status, code, message, headers),
    respond: async () => {
      if (incoming.method !== 'GET') return storageError(405, 'UnsupportedHttpVerb', 'Only GET is served');
      if (incoming.headers.authorization !== undefined)
        return storageError(400, 'InvalidAuthenticationInfo', 'A signed link takes no Authorization header');
      const content = links.open(incoming.url);
      if (content === undefined) return storageError(403, 'AuthenticationFailed', 'The signature does not fit');
      if (content === 'expired') return storageError(403, 'AuthenticationFailed', 'The link has expired');
      return { status: 200, body: content };
    },
  }),
});
