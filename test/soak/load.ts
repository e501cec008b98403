import type { Simulator } from '../../src/simulator/index.ts';
import { createExportAsk, takesNothing } from './exports.ts';

/** Asks once. Resolves with what its caller got: `right`, the codes that they were told, or `WRONG: ...`. */
export type SoakAsk = (signal: AbortSignal) => Promise<string>;

interface Told {
  readonly code: string;
}
interface Failure extends Told {
  readonly tenant: { readonly name: string };
}
interface Row {
  readonly tenant: { readonly name: string };
}
interface Rows {
  readonly nodes: readonly Row[];
  readonly failures: readonly Failure[];
}
interface ListAnswer {
  readonly rows: Rows | null;
}
interface HuntAnswer {
  readonly hunt: {
    readonly rows: readonly { readonly TenantName: string }[];
    readonly tenants: readonly { readonly tenant: { readonly name: string }; readonly error: Told | null }[];
  } | null;
}
interface CountsAnswer {
  readonly counts: {
    readonly rows: readonly unknown[];
    readonly truncated: boolean;
    readonly failures: readonly Told[];
  } | null;
}
interface ActionAnswer {
  readonly action: {
    readonly results: readonly { readonly outcome: string | null; readonly error: Told | null }[];
  } | null;
}
interface Body<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly extensions: Told }[];
}

/** How it is asked for a number of rows. */
type ListRow = readonly [rowsOf: (first: number) => string, first: number, known: number];

const failures = 'failures { code tenant { name } }';

/** Lists, with how many rows of each a caller asks for, and how many are known. Nothing that the load changes is selected. */
const lists: Readonly<Record<string, ListRow>> = {
  'incident page': [
    (first) =>
      `{ rows: incidents(first: ${first}) { nodes { tenant { name } incidentId title severity alerts(first: 3) { nodes { alertId machine { machineId computerDnsName } } } } ${failures} } }`,
    10,
    40,
  ],
  'alert page': [
    (first) => `{ rows: alerts(first: ${first}) { nodes { tenant { name } alertId title severity } ${failures} } }`,
    20,
    80,
  ],
  'all machines': [
    (first) => `{ rows: machines(first: ${first}) { nodes { tenant { name } machineId osPlatform } ${failures} } }`,
    200,
    200,
  ],
};

const hunting = `{ hunt(input: { query: "DeviceInfo | project DeviceId, OSPlatform | sort by DeviceId asc | take 50" }) {
  rows tenants { tenant { name } error { code } } } }`;
const counting = `{ counts: alertCounts(by: SEVERITY) { rows { key count } truncated ${failures} } }`;
const comment = `mutation ($input: AddCommentInput!) { action: addComment(input: $input) { results { outcome error { code } } } }`;
const upload = `mutation ($input: UploadLibraryFileInput!) { action: uploadLibraryFile(input: $input) { results { outcome error { code } } } }`;

/** A script of 200 kB, as text. */
const script = Buffer.alloc(200_000, 'Write-Output 1\n').toString('base64');
const notDone: readonly (string | null | undefined)[] = ['REFUSED', 'FAILED', 'NOT_BEGUN'];
/** How often an action whose outcome nobody knows is asked for again under its key. */
const repeats = 3;

const toldOf = (all: readonly (Told | null | undefined)[]): string =>
  [...new Set(all.flatMap((one) => one?.code ?? []))].toSorted().join(', ');

/** Whether the rows are those of a time without faults, but for those of tenants that are told to have failed. */
const isRight = (got: readonly Row[], whole: readonly Row[], first: number, failed: ReadonlySet<string>): boolean => {
  const due = whole.filter(({ tenant }) => !failed.has(tenant.name)).slice(0, first);
  return JSON.stringify(got) === JSON.stringify(due);
};

/**
 * What is asked all the while, by name. Reads are held against what they gave before any fault, actions against what Microsoft's side
 * has.
 */
export const createLoad = async (url: string, simulator: Simulator): Promise<Readonly<Record<string, SoakAsk>>> => {
  const send = async <Data>(query: string, variables: object, signal: AbortSignal): Promise<Body<Data>> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
      signal,
    });
    return JSON.parse(await response.text());
  };
  const codesOf = (body: Body<unknown>): readonly Told[] => (body.errors ?? []).map(({ extensions }) => extensions);

  const list = async ([rowsOf, first, known]: ListRow): Promise<SoakAsk> => {
    const before = await send<ListAnswer>(rowsOf(known), {}, AbortSignal.timeout(60_000));
    const whole = before.data?.rows?.nodes ?? [];
    if (whole.length === 0) throw new Error(`Before any fault: ${JSON.stringify(before)}`);
    return async (signal) => {
      const body = await send<ListAnswer>(rowsOf(first), {}, signal);
      const rows = body.data?.rows;
      const told = toldOf([...codesOf(body), ...(rows?.failures ?? [])]);
      if (rows == null) return told === '' ? 'WRONG: nothing, and nothing said' : told;
      const failed = new Set(rows.failures.map(({ tenant }) => tenant.name));
      // What an error in a row stands for is not there to be compared.
      if (codesOf(body).length > 0) return told;
      if (!isRight(rows.nodes, whole, first, failed)) return `WRONG: other rows${told === '' ? '' : ` beside ${told}`}`;
      return told === '' ? 'right' : told;
    };
  };

  const counts = async (): Promise<SoakAsk> => {
    const { data: before } = await send<CountsAnswer>(counting, {}, AbortSignal.timeout(60_000));
    const whole = JSON.stringify(before?.counts?.rows);
    if (before?.counts?.rows.length === 0) throw new Error('Before any fault nothing is counted');
    return async (signal) => {
      const body = await send<CountsAnswer>(counting, {}, signal);
      const answer = body.data?.counts;
      const told = toldOf([...codesOf(body), ...(answer?.failures ?? [])]);
      if (answer == null) return told === '' ? 'WRONG: nothing, and nothing said' : told;
      // Of which tenant a number lacks is told beside it.
      if (told !== '') return told;
      return JSON.stringify(answer.rows) === whole || answer.truncated ? 'right' : 'WRONG: other numbers';
    };
  };

  const hunt = async (): Promise<SoakAsk> => {
    const { data: before } = await send<HuntAnswer>(hunting, {}, AbortSignal.timeout(60_000));
    const whole = before?.hunt?.rows ?? [];
    return async (signal) => {
      const body = await send<HuntAnswer>(hunting, {}, signal);
      const answer = body.data?.hunt;
      const told = toldOf([...codesOf(body), ...(answer?.tenants ?? []).map(({ error }) => error)]);
      if (answer == null) return told === '' ? 'WRONG: nothing, and nothing said' : told;
      const failed = new Set(answer.tenants.flatMap(({ tenant, error }) => (error === null ? [] : tenant.name)));
      const due = whole.filter(({ TenantName }) => !failed.has(TenantName));
      if (JSON.stringify(answer.rows) !== JSON.stringify(due)) return `WRONG: other rows beside ${told}`;
      return told === '' ? 'right' : told;
    };
  };

  /** Until it is known what became of it, or often enough. `found`: how often Microsoft's side has it. */
  const performed = async (query: string, input: object, found: () => number, signal: AbortSignal): Promise<string> => {
    const told = new Set<string>();
    for (let nth = 0; ; nth += 1) {
      const body = await send<ActionAnswer>(query, { input }, signal);
      const result = body.data?.action?.results[0];
      const code = toldOf([...codesOf(body), result?.error]);
      if (code !== '') told.add(code);
      const times = found();
      const all = [...told].join(', then ');
      if (times > 1) return `WRONG: done ${times} times, told ${all}`;
      if (result?.outcome === 'DONE')
        return times === 1 ? (all === '' ? 'right' : `${all}, then right`) : 'WRONG: told as done';
      if (result == null || notDone.includes(result.outcome))
        return times === 0 || nth > 0 ? all : `WRONG: told as not done: ${all}`;
      if (nth === repeats) return all;
    }
  };

  let asked = 0;
  const { alerts, libraryFiles } = simulator.world('contoso');
  return {
    ...Object.fromEntries(
      await Promise.all(Object.entries(lists).map(async ([name, row]) => [name, await list(row)] as const)),
    ),
    hunt: await hunt(),
    counts: await counts(),
    export: await createExportAsk(url),
    'one who takes nothing': takesNothing(url),
    comment: async (signal) => {
      asked += 1;
      const alert = alerts[asked % alerts.length];
      if (alert === undefined) throw new Error('The estate has no alert');
      const said = `soak ${asked}`;
      const input = { tenant: 'contoso', alertIds: [alert.id], comment: said, idempotencyKey: `comment-${asked}` };
      const outcome = await performed(
        comment,
        input,
        () => alert.comments.filter(({ text }) => text === said).length,
        signal,
      );
      alert.comments = alert.comments.filter(({ text }) => text !== said);
      return outcome;
    },
    upload: async (signal) => {
      asked += 1;
      const fileName = `soak-${asked}.ps1`;
      const input = { tenant: 'contoso', fileName, contentBase64: script, idempotencyKey: `upload-${asked}` };
      const outcome = await performed(upload, input, () => (libraryFiles.has(fileName) ? 1 : 0), signal);
      libraryFiles.delete(fileName);
      return outcome;
    },
    'bad input': async (signal) => {
      const body = await send<unknown>('{ machine(tenant: "contoso", machineId: "a b") { machineId } }', {}, signal);
      const told = toldOf(codesOf(body));
      return told === 'BAD_USER_INPUT' ? 'right' : `WRONG: ${told}`;
    },
    'one who hangs up': async () => {
      await send(hunting, {}, AbortSignal.timeout(40)).catch(() => {});
      return 'right';
    },
  };
};
