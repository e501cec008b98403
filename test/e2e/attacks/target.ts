import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JWTPayload } from 'jose';
import { type Simulator, startSimulator } from '../../../src/simulator/index.ts';
import { gatewaySettings } from '../../../src/simulator/settings.ts';
import type { TenantWorld } from '../../../src/simulator/world/types.ts';
import { type Program, runProgram } from '../../support/process.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';
import { type Mirror, startMirror } from './mirror.ts';
import { bytesOf, sendBytes, type WireAnswer, type WireRequest } from './wire.ts';

/** Keys of callers: one who acts in two tenants, one who reads in one, one who reads seldom, one whose key has ended, and
 * the tests' own, who sees all. */
export const keys = {
  responder: 'responder-key-4b1f77a09c',
  reader: 'reader-key-0d5e2c88f1',
  hasty: 'hasty-key-77be02f4d6',
  ended: 'ended-key-c2815aa39e',
  control: 'control-key-93ac61e7b2',
} as const;

/** Audience of the tokens that callers show. */
export const audience = 'api://gateway-under-attack';
/** The one page that may call from a browser. */
export const allowedOrigin = 'https://soc.example.com';
/** How long a call to Microsoft may take here. */
const upstreamTimeoutMs = 4000;
/** How long a request may take to come. */
const bodyTimeoutMs = 1500;
/** Wrong credentials of one address: more than the rows have. */
export const failedSignInsPerMinute = 150;
/** What the key of the hasty one may ask in a minute. */
export const hastyPerMinute = 5;

/** A gateway in a process of its own, set up as for production, with what it stands in front of. */
export interface Target {
  readonly url: string;
  readonly simulator: Simulator;
  readonly mirror: Mirror;
  readonly program: Program;
  /** The estate of the tenant that the keys may see. */
  readonly world: TenantWorld;
  /** What nothing may ever show; grows with every token that is made. */
  readonly secrets: readonly string[];
  /** A good token of a user but for the `claims`. */
  token(claims?: JWTPayload): Promise<string>;
  /** Takes note of a credential that a test made itself. */
  keepSecret(secret: string): string;
  send(request: WireRequest): Promise<WireAnswer>;
  sendBytes(bytes: Buffer): Promise<WireAnswer>;
  stop(): Promise<number | null>;
}

const main = new URL('../../../src/main.ts', import.meta.url).pathname;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const settingsFor = (simulator: Simulator, mirror: Mirror): string => {
  const authority = simulator.endpoints('contoso').authority;
  const [contoso, , mirrored] = simulator.tenants;
  return changedSettings(gatewaySettings(simulator), [
    [
      ['server'],
      { port: 0, graphiql: false, introspection: false, cors: [allowedOrigin], bodyTimeoutMs, trustProxy: 1 },
    ],
    [['upstream'], { caFile: 'ca.pem' }],
    [['limits'], { upstreamTimeoutMs, upstreamCalls: 60, failedSignInsPerMinute }],
    [['tenants', 1, 'tags'], ['another-customer']],
    [
      ['tenants', 2, 'endpoints'],
      {
        authority,
        mde: mirror.url,
        graph: mirror.url,
        scopes: { mde: 'https://api.securitycenter.microsoft.com', graph: 'https://graph.microsoft.com' },
      },
    ],
    [['tenants', 2, 'cloud'], 'custom'],
    [['tenants', 2, 'tenantId'], mirrored?.tenantId],
    [
      ['access'],
      {
        entra: {
          tenantId: contoso?.tenantId,
          audience: [audience],
          jwksUri: `${authority}/${contoso?.tenantId}/discovery/v2.0/keys`,
        },
        apiKeys: [
          { name: 'responder', sha256: sha256(keys.responder), roles: ['responder'], tenants: ['contoso', 'mirror'] },
          { name: 'reader', sha256: sha256(keys.reader), roles: ['reader'], tenants: ['contoso'] },
          {
            name: 'hasty',
            sha256: sha256(keys.hasty),
            roles: ['reader'],
            tenants: ['contoso'],
            requestsPerMinute: hastyPerMinute,
          },
          { name: 'ended', sha256: sha256(keys.ended), roles: ['admin'], expires: '2020-01-01' },
          { name: 'control', sha256: sha256(keys.control), roles: ['admin'] },
        ],
      },
    ],
  ]);
};

/** Starts all of it. */
export const startTarget = async (): Promise<Target> => {
  const simulator = await startSimulator({
    tenants: [simTenant('contoso', { scale: 0.3 }), simTenant('fabrikam', { scale: 0.1 }), simTenant('mirror')],
    enforceQuotas: false,
  });
  const mirror = await startMirror();
  const folder = await mkdtemp(join(tmpdir(), 'gateway-attacked-'));
  await writeFile(join(folder, 'ca.pem'), simulator.caPem);
  await writeFile(join(folder, 'settings.yaml'), settingsFor(simulator, mirror));
  const program = runProgram([main, '--config', join(folder, 'settings.yaml')], { env: { LOG_LEVEL: 'debug' } });
  const url = (await program.printed(/"url":"(http:[^"]+)"/))[1] ?? '';
  const secrets: string[] = [...Object.values(keys), ...simulator.tenants.map(({ name }) => `secret-${name}`)];
  const keepSecret = (secret: string): string => {
    secrets.push(secret);
    return secret;
  };
  const { host } = new URL(url);
  return {
    url,
    simulator,
    mirror,
    program,
    world: simulator.world('contoso'),
    secrets,
    keepSecret,
    token: async (claims = {}) => {
      const [tenant] = simulator.tenants;
      const iss = `https://login.microsoftonline.com/${tenant?.tenantId}/v2.0`;
      const usual = { iss, aud: audience, tid: tenant?.tenantId, oid: 'oid-of-ana', scp: 'access', roles: ['reader'] };
      return keepSecret(await simulator.mintToken({ ...usual, ...claims }));
    },
    send: (request) => sendBytes(url, bytesOf(host, request)),
    sendBytes: (bytes) => sendBytes(url, bytes),
    stop: async () => {
      const code = await program.stop();
      await mirror.stop();
      await simulator.stop();
      await rm(folder, { recursive: true });
      return code;
    },
  };
};
