import type { m365d } from '../../../src/microsoft/m365d/index.ts';
import type { mde } from '../../../src/microsoft/mde/index.ts';
import type { TenantWorld } from '../../../src/simulator/world/types.ts';

/** An operation of Defender for Endpoint or of Microsoft 365 Defender, as its page is named in `src/microsoft`. */
export type OperationName = keyof typeof mde | keyof typeof m365d;

/** What a caller sends: an operation of the graph, or the path of an export or a file. */
export type Ask = { readonly document: string; readonly variables?: object } | { readonly get: string };

/** The tenants that are asked: one with every permission, and those whose app has none for Graph, for that and M365D, or at all. */
export const tenants = {
  whole: 'contoso',
  withoutGraph: 'fabrikam',
  endpointAlone: 'tailspin',
  withoutAny: 'northwind',
} as const;
export type TenantKind = keyof typeof tenants;

/** What is asked about. */
export interface Estate {
  readonly tenant: string;
  readonly world: TenantWorld;
  /** A machine that every action is possible on, and that nothing was done to yet. */
  fresh(): string;
}

/** How callers reach an operation. */
export interface Reach {
  /** `whole` unless said. */
  readonly of?: TenantKind;
  /** What has to be there first. */
  readonly before?: (estate: Estate) => Ask;
  /** Which operation Microsoft refuses once, and how, where this one stands in for it. */
  readonly insteadOf?: { readonly operation: OperationName; readonly status: 404 | 429 };
  readonly ask: (estate: Estate) => Ask;
}

/** What nothing asks for yet: `npm run check` fails until there is none. */
export const notYet = 'not yet';
export type Row = Reach | typeof notYet;

const text = (value: string): string => JSON.stringify(value);

/** Faults of tenants are told beside the rows, not as errors. */
const told = 'failures { code message }';

/** A list of `Query`, or what `rest` selects of its rows. */
export const list = (field: string, rest = '__typename', filter: (world: TenantWorld) => string = () => ''): Reach => ({
  ask: ({ tenant, world }) => ({
    document: `{ ${field}(tenants: [${text(tenant)}], first: 3 ${filter(world)}) { nodes { ${rest} } ${told} } }`,
  }),
});

/** A look-up of `Query` by tenant and id, or what `rest` selects of what it finds. */
export const look = (
  field: string,
  idOf: (world: TenantWorld) => readonly [name: string, id: string],
  rest = '__typename',
): Reach => ({
  ask: ({ tenant, world }) => {
    const [name, id] = idOf(world);
    return { document: `{ ${field}(tenant: ${text(tenant)}, ${name}: ${text(id)}) { ${rest} } }` };
  },
});

const typeOf = (mutation: string): string => `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;

/** One mutation. */
export const mutation = (field: string, { tenant }: Estate, input: object, rest = ''): Ask => ({
  document: `mutation ($input: ${typeOf(field)}) { ${field}(input: $input) { results { outcome error { code message } ${rest} } } }`,
  variables: { input: { tenant, ...input } },
});

/** An action. */
export const action = (field: string, inputOf: (estate: Estate) => object): Reach => ({
  ask: (estate) => mutation(field, estate, inputOf(estate)),
});

/** An action on one machine. */
export const onMachine = (field: string, input: object = {}): Reach =>
  action(field, (estate) => ({ machineIds: [estate.fresh()], comment: 'Contract', ...input }));

/** Rows of Microsoft's assessments. */
export const exported = (name: string, form: 'json' | 'files', rest = ''): Reach => ({
  ask: ({ tenant }) => ({ get: `/export/${name}?tenants=${tenant}&form=${form}${rest}` }),
});

/** A hunting query. */
export const hunt: Reach = {
  ask: ({ tenant }) => ({
    document: `{ hunt(input: { query: "DeviceInfo | take 1", tenants: [${text(tenant)}] }) { rows tenants { status error { code } } } }`,
  }),
};
