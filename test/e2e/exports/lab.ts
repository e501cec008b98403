import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { z } from 'zod';
import { type Running, startRunning } from '../../support/gateway.ts';
import { keyHeader, keyRow } from '../../support/keys.ts';
import { changedSettings, type SettingsChange } from '../../support/settings.ts';
import { simTenant, type TenantOptions } from '../../support/tenants.ts';

/** A line of NDJSON. */
export type Line = Readonly<Record<string, unknown>>;

/** An export as it came. */
export interface Came {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly trailers: IncomingMessage['trailers'];
  readonly body: Buffer;
  /** Whether the answer ended as HTTP says it does. */
  readonly whole: boolean;
  /** Of NDJSON: the rows, the failures, and the line that ends it. */
  readonly rows: readonly Line[];
  readonly failures: readonly Line[];
  readonly end: Line | undefined;
}

const line = z.record(z.string(), z.unknown());
const linesOf = (text: string): readonly Line[] =>
  text.split('\n').flatMap((each) => (each.startsWith('{') ? [line.parse(JSON.parse(each))] : []));

/** Opens an export; its body is not read yet. */
export const openExport = async (
  { gateway }: Pick<Running, 'gateway'>,
  path: string,
  headers: Readonly<Record<string, string>> = keyHeader('admin'),
  method = 'GET',
): Promise<IncomingMessage> => {
  const request = get(`${gateway.url}/export/${path}`, { headers, method, agent: false });
  const [answer]: IncomingMessage[] = await once(request, 'response');
  if (answer === undefined) throw new Error('There is no answer');
  return answer;
};

/** Reads an answer as far as it comes. */
export const cameOf = async (answer: IncomingMessage): Promise<Came> => {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of answer) chunks.push(Buffer.from(chunk));
  } catch {
    // Cut: what came before counts.
  }
  const body = Buffer.concat(chunks);
  const isText = answer.headers['content-type']?.startsWith('application/x-ndjson') === true;
  const lines = isText && answer.headers['content-encoding'] === undefined ? linesOf(body.toString()) : [];
  return {
    ...{ status: answer.statusCode ?? 0, headers: answer.headers, trailers: answer.trailers, body },
    whole: answer.complete,
    rows: lines.filter((each) => !('@export' in each)),
    failures: lines.filter((each) => each['@export'] === 'failure'),
    end: lines.find((each) => each['@export'] === 'end'),
  };
};

/** Reads an export as far as it comes. */
export const exportOf = async (
  running: Pick<Running, 'gateway'>,
  path: string,
  headers: Readonly<Record<string, string>> = keyHeader('admin'),
  method = 'GET',
): Promise<Came> => cameOf(await openExport(running, path, headers, method));

const refusal = z.object({
  errors: z.tuple([z.object({ message: z.string(), extensions: z.looseObject({ code: z.string() }) })]),
});

/** How an export was refused. */
export const refusalOf = ({ status, body }: Came) => {
  const [{ message, extensions }] = refusal.parse(JSON.parse(body.toString())).errors;
  return { status, code: extensions.code, message, field: extensions.field };
};

/** Callers by the names of their keys, each with a role of the same name where the settings have none. */
export const callers = {
  admin: { roles: ['admin'] },
  reader: { roles: ['reader'] },
  servers: { roles: ['servers'] },
  hunters: { roles: ['hunters'] },
  elsewhere: { roles: ['admin'], tenants: ['beta'] },
} as const;

/** Two tenants, `alpha` and `beta`, and callers who see and may different things. */
export const startExports = (
  tenants: Readonly<Record<string, TenantOptions>> = { alpha: { scale: 0.3 }, beta: { scale: 0.1 } },
  changes: readonly SettingsChange[] = [],
): Promise<Running> =>
  startRunning({
    simulator: {
      // Calls are counted, and faults are brought one at a time.
      profile: 'mild',
      tenants: Object.entries(tenants).map(([name, options]) => simTenant(name, options)),
      enforceQuotas: false,
    },
    settings: (offered) =>
      changedSettings(offered, [
        [['access', 'anonymous'], 'none'],
        [
          ['access', 'roles'],
          {
            servers: {
              permissions: ['machine:read', 'alert:read', 'incident:read', 'action:read'],
              machineGroups: ['Servers'],
            },
            hunters: ['hunt:raw'],
          },
        ],
        [['access', 'apiKeys'], Object.entries(callers).map(([name, row]) => keyRow(name, { ...row }))],
        ...changes,
      ]),
  });

/** Calls of an operation so far. */
export const callsOf = ({ simulator }: Pick<Running, 'simulator'>, operation: string): number =>
  simulator.calls.list().filter((call) => call.operation === operation).length;
