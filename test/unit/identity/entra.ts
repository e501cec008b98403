import { once } from 'node:events';
import { createServer, request } from 'node:https';
import { UnsecuredJWT } from 'jose';
import type { EntraHttp } from '../../../src/clouds/entra-http.ts';
import type { Tenant } from '../../../src/config/tenants.ts';
import { createTlsMaterial } from '../../../src/simulator/tls/authority.ts';

/** A request for a token as the stand-in saw it. */
export interface TokenPost {
  readonly tenantId: string;
  readonly form: URLSearchParams;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A stand-in of Entra's token endpoint, made to answer whatever a test wants. */
export interface Entra {
  readonly origin: string;
  readonly http: EntraHttp;
  readonly posts: readonly TokenPost[];
  /** Paths of all requests that were not for a token. */
  readonly strays: readonly string[];
  answer: (post: TokenPost) => Answer | Promise<Answer>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** An answer that MSAL stores; `serial` makes each token another. */
let serial = 0;
export const granted = (
  { tenantId, form }: TokenPost,
  claims: Record<string, unknown> = {},
  expiresIn = 3600,
): Answer => {
  serial += 1;
  const token = new UnsecuredJWT({
    tid: tenantId,
    aud: form.get('scope') ?? '',
    appid: form.get('client_id'),
    uti: `${serial}`,
    roles: ['Machine.Read.All'],
    ...claims,
  });
  return {
    status: 200,
    body: JSON.stringify({ token_type: 'Bearer', expires_in: expiresIn, access_token: token.encode() }),
  };
};

/** A refusal as Entra words it. */
export const refused = (error: string, number: number, status = 400, more: Record<string, unknown> = {}): Answer => ({
  status,
  body: JSON.stringify({
    error,
    error_description: `AADSTS${number}: Invented words of the stand-in, trace and all.`,
    error_codes: [number],
    timestamp: '2026-01-01 00:00:00Z',
    trace_id: '00000000-0000-4000-8000-00000000000a',
    correlation_id: '00000000-0000-4000-8000-00000000000b',
    ...more,
  }),
});

const readAll = async (stream: AsyncIterable<Buffer>): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

/** HTTP that trusts one CA. */
export const httpTrusting =
  (ca: string): EntraHttp =>
  (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const call = request(url, { method, headers, ca, ...(signal && { signal }) }, (response) => {
        const names = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        readAll(response).then(
          (text) => resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(names), body: text }),
          reject,
        );
      });
      call.on('error', reject);
      call.end(body);
    });

export const startEntra = async (): Promise<Entra> => {
  const { caPem, certificatePem, privateKeyPem } = createTlsMaterial(['localhost', '127.0.0.1']);
  const posts: TokenPost[] = [];
  const strays: string[] = [];
  const server = createServer({ cert: certificatePem, key: privateKeyPem }, async (incoming, response) => {
    const url = new URL(incoming.url ?? '', 'https://localhost');
    const [, tenantId = '', ...path] = url.pathname.split('/');
    if (incoming.method !== 'POST' || path.join('/') !== 'oauth2/v2.0/token') {
      strays.push(url.pathname);
      response.writeHead(404).end();
      return;
    }
    const post = { tenantId, form: new URLSearchParams(await readAll(incoming)) };
    posts.push(post);
    const { status, headers, body } = await entra.answer(post);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const entra: Entra = {
    origin: `https://localhost:${port}`,
    http: httpTrusting(caPem),
    posts,
    strays,
    answer: (post) => granted(post),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return entra;
};

/** The app of `tenantAt`. */
export const appId = '00000000-0000-4000-8000-0000000000a1';

/** A tenant that signs in at `authority` with a secret. */
export const tenantAt = (authority: string, changes: Partial<Tenant> = {}): Tenant => ({
  name: 'contoso',
  tenantId: '00000000-0000-4000-8000-000000000001',
  cloud: 'custom',
  tags: [],
  authority,
  portal: null,
  apis: {
    graph: { baseUrl: 'https://graph.example', scope: 'https://graph.example/.default' },
    m365d: null,
    mde: { baseUrl: 'https://mde.example', scope: 'https://mde.example/.default' },
  },
  auth: {
    kind: 'secret',
    clientId: appId,
    clientSecret: async () => 'a-secret-of-the-test',
  },
  prefer: {},
  ...changes,
});
