import type { Lab } from '../e2e/door/lab.ts';
import type { Ask } from '../store-faults/probe.ts';

/** Outcomes that say that all went well. */
export const good: ReadonlySet<string> = new Set(['OK', '200']);

/** Of an answer that is neither right nor told. */
export const wrong = 'WRONG';

interface Rows {
  readonly list: {
    readonly nodes: readonly { readonly id: string; readonly tenant: { readonly name: string } }[];
    readonly failures: readonly { readonly code: string; readonly tenant: { readonly name: string } }[];
  } | null;
}

/** Ids of the rows by tenant, as text. */
const idsOf = (list: NonNullable<Rows['list']>): Readonly<Record<string, string>> => {
  const byTenant = Map.groupBy(list.nodes, ({ tenant }) => tenant.name);
  return Object.fromEntries(
    [...byTenant].map(([tenant, rows]) => [
      tenant,
      rows
        .map(({ id }) => id)
        .sort()
        .join(),
    ]),
  );
};

const codesOf = (codes: readonly string[]): string => [...new Set(codes)].sort().join(' ');

/** A list over both tenants: each has all of its rows, or is told. The first answer is what the others have to be. */
const reading = (lab: Lab, query: string): Ask => {
  let right: Readonly<Record<string, string>> | null = null;
  return async () => {
    const { data, errors } = await lab.ask<Rows | null>('reader', query);
    const list = data?.list ?? null;
    if (list === null) return errors[0]?.extensions.code ?? `${wrong}: nothing is told`;
    const failed = list.failures.map(({ tenant }) => tenant.name);
    const ids = idsOf(list);
    right ??= ids;
    for (const [tenant, all] of Object.entries(right)) {
      if (!failed.includes(tenant) && ids[tenant] !== all) return `${wrong}: rows of ${tenant} are missing untold`;
    }
    return failed.length === 0 ? 'OK' : codesOf(list.failures.map(({ code }) => code));
  };
};

interface Hunt {
  readonly hunt: {
    readonly rowCount: number;
    readonly tenants: readonly { readonly error: { readonly code: string } | null }[];
  } | null;
}

const hunting = (lab: Lab): Ask => {
  let right: number | null = null;
  return async () => {
    const query = '{ hunt(input: { query: "DeviceInfo | take 5" }) { rowCount tenants { error { code } } } }';
    const { data, errors } = await lab.ask<Hunt | null>('hunter', query);
    const hunt = data?.hunt ?? null;
    if (hunt === null) return errors[0]?.extensions.code ?? `${wrong}: nothing is told`;
    const codes = hunt.tenants.flatMap(({ error }) => (error === null ? [] : [error.code]));
    right ??= hunt.rowCount;
    if (codes.length === 0 && hunt.rowCount !== right) return `${wrong}: ${hunt.rowCount} rows of ${right}`;
    return codes.length === 0 ? 'OK' : codesOf(codes);
  };
};

interface Tagged {
  readonly tagMachines: {
    readonly results: readonly { readonly outcome: string; readonly error: { readonly code: string } | null }[];
  } | null;
}

/** A tag on a machine: what is told of it is what became of it. What nobody knows is told as such, and is neither. */
const acting = (lab: Lab, keyed: boolean): Ask => {
  const machines = lab.simulator.world('contoso').machines.filter((one) => one.onboardingStatus === 'Onboarded');
  let asked = 0;
  return async () => {
    asked += 1;
    const machine = machines[asked % machines.length];
    const tag = `soak-${keyed}-${asked}`;
    const key = keyed ? { idempotencyKey: `soak-${asked}` } : {};
    const query =
      'mutation ($input: TagMachinesInput!) { tagMachines(input: $input) { results { outcome error { code } } } }';
    const input = { tenant: 'contoso', machineIds: [machine?.id], operation: 'ADD', tag, ...key };
    const { data, errors } = await lab.ask<Tagged | null>('admin', query, { input });
    const isDone = machine?.machineTags.includes(tag) === true;
    if (machine !== undefined) machine.machineTags = machine.machineTags.filter((one) => one !== tag);
    const [result] = data?.tagMachines?.results ?? [];
    const code = errors[0]?.extensions.code ?? result?.error?.code ?? 'OK';
    if (result?.outcome === 'UNKNOWN') return `UNKNOWN ${code}`;
    if ((code === 'OK') !== isDone) return `${wrong}: told ${code}, and ${isDone ? 'done' : 'not done'}`;
    return code;
  };
};

/** What callers do all the time, mixed. */
export const loadOf = (lab: Lab): Readonly<Record<string, Ask>> => {
  const list = (field: string, args: string) =>
    `{ list: ${field}(${args}) { nodes { id tenant { name } } failures { code tenant { name } } } }`;
  return {
    incidents: reading(lab, list('incidents', 'first: 200')),
    machines: reading(lab, list('machines', 'first: 200')),
    hunt: hunting(lab),
    act: acting(lab, false),
    'act with a key': acting(lab, true),
    '/healthz': async (signal) => String((await fetch(`${lab.url}/healthz`, { signal })).status),
    '/readyz/reads': async (signal) => String((await fetch(`${lab.url}/readyz/reads`, { signal })).status),
  };
};
