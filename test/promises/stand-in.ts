import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A row as Microsoft's APIs send it, and as it changes. */
export interface StandInRow {
  readonly id: string;
  readonly createdDateTime: string;
  readonly [field: string]: unknown;
}

/** What one tenant has; reading and changing it is fine. Lists with a time are newest first. */
export interface StandInEstate {
  readonly alerts: StandInRow[];
  readonly incidents: StandInRow[];
  readonly machines: StandInRow[];
}

/** A stand-in for Graph and Defender for Endpoint that is fast enough for 10,000 rows: lists, and nothing else. */
export interface StandIn {
  readonly origin: string;
  /** The estate of a tenant, by its id; empty at first. */
  estate(tenantId: string): StandInEstate;
  /** Calls and rows sent since the last look. */
  take(): { readonly calls: number; readonly rows: number };
  /** Answers take so long from now on; at first no time. */
  delay(ms: number): void;
  stop(): Promise<void>;
}

const lists = {
  '/v1.0/security/alerts_v2': { of: 'alerts', most: 2000, links: true },
  '/v1.0/security/incidents': { of: 'incidents', most: 50, links: true },
  '/api/machines': { of: 'machines', most: 10_000, links: false },
} as const;

const isList = (path: string): path is keyof typeof lists => Object.hasOwn(lists, path);

/** Whose token it is. */
const tenantIdOf = (authorization: string | undefined): string => {
  const [, payload = ''] = (authorization ?? '').split('.');
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  return typeof claims === 'object' && claims !== null && 'tid' in claims ? String(claims.tid) : '';
};

type Test = (row: StandInRow) => boolean;

/** A condition of a filter, or several of which one is enough; null: not one that is taken here. */
const testOf = (condition: string): Test | null => {
  const alternatives = condition.replace(/^\((.*)\)$/, '$1').split(' or ');
  const tests = alternatives.flatMap((one) => comparisonOf(one) ?? []);
  return tests.length < alternatives.length ? null : (row) => tests.some((test) => test(row));
};

const comparisonOf = (comparisonText: string): Test | null => {
  const [, property = '', comparison = '', literal = ''] =
    /^(\w+) (eq|le|lt|ge|gt) ([^()]+)$/.exec(comparisonText) ?? [];
  const value = literal.replace(/^'(.*)'$/, '$1');
  if (property === 'status' && comparison === 'eq') return (row) => row.status === value;
  if (property !== 'createdDateTime') return null;
  const at = Date.parse(value);
  const compare: Readonly<Record<string, (time: number) => boolean>> = {
    le: (time) => time <= at,
    lt: (time) => time < at,
    ge: (time) => time >= at,
    gt: (time) => time > at,
  };
  const compared = compare[comparison];
  return compared === undefined ? null : (row) => compared(Date.parse(row.createdDateTime));
};

/** Starts it on a free port, over plain HTTP. */
export const startStandIn = async (): Promise<StandIn> => {
  const estates = new Map<string, StandInEstate>();
  const estate = (tenantId: string): StandInEstate => {
    const known = estates.get(tenantId) ?? { alerts: [], incidents: [], machines: [] };
    estates.set(tenantId, known);
    return known;
  };
  let counts = { calls: 0, rows: 0 };
  let origin = '';
  let delayMs = 0;
  const answerTo = (address: string, authorization: string | undefined): readonly [number, unknown] => {
    counts = { ...counts, calls: counts.calls + 1 };
    const url = new URL(address, origin);
    if (!isList(url.pathname)) return [404, { error: { code: 'ResourceNotFound', message: 'There is no such thing' } }];
    const { of, most, links } = lists[url.pathname];
    const tests = (url.searchParams.get('$filter')?.split(' and ') ?? []).map(testOf);
    const meets = tests.flatMap((test) => test ?? []);
    if (meets.length < tests.length) return [400, { error: { code: 'BadRequest', message: 'Invalid filter clause' } }];
    const rows = estate(tenantIdOf(authorization))[of].filter((row) => meets.every((test) => test(row)));
    const skip = Number(url.searchParams.get('$skip') ?? 0);
    const top = Math.min(Number(url.searchParams.get('$top') ?? most), most);
    const value = rows.slice(skip, skip + top);
    counts = { ...counts, rows: counts.rows + value.length };
    url.searchParams.set('$skip', String(skip + top));
    const hasLink = links && skip + top < rows.length;
    return [200, { value, ...(hasLink && { '@odata.nextLink': url.href }) }];
  };
  const server = createServer(async (request, response) => {
    if (delayMs > 0) await sleep(delayMs);
    const [status, body] = answerTo(request.url ?? '/', request.headers.authorization);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The stand-in has no port');
  origin = `http://127.0.0.1:${address.port}`;
  return {
    origin,
    estate,
    take: () => {
      const taken = counts;
      counts = { calls: 0, rows: 0 };
      return taken;
    },
    delay: (ms) => {
      delayMs = ms;
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

const newest = Date.parse('2026-06-01T00:00:00Z');

/** `count` alerts or incidents, newest first, a minute between two; `from`: minutes before the newest. */
export const timedRows = (prefix: string, count: number, from = 0, apart = 1): StandInRow[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `${prefix}${index}`,
    title: `Alert ${index}`,
    displayName: `Incident ${index}`,
    severity: 'medium',
    status: 'new',
    createdDateTime: new Date(newest - (from + index * apart) * 60_000).toISOString(),
  }));

/** `count` machines. */
export const machineRows = (count: number, from = 0): StandInRow[] =>
  Array.from({ length: count }, (_, index) => ({
    id: (from + index).toString(16).padStart(40, '0'),
    computerDnsName: `pc-${from + index}.contoso.example`,
    createdDateTime: '',
    osPlatform: 'Windows11',
    riskScore: 'Low',
    healthStatus: 'Active',
    lastSeen: '2026-06-01T00:00:00Z',
  }));
