import type { ProductName } from './http/types.ts';

/** One request as it reached the simulator. */
export interface RecordedCall {
  /** When, by the simulator's clock, ISO 8601. */
  readonly at: string;
  /** The real origin that was meant, e.g. `https://api.security.microsoft.com`. */
  readonly host: string;
  /** `null` for a path that no product of the host knows. */
  readonly product: ProductName | 'blob' | null;
  /** Operation id as in the reference, e.g. `listMachines`; `entra.token` for tokens; `null` for an unknown path. */
  readonly operation: string | null;
  /** Tenant's name; `null` when the request names none that is known. */
  readonly tenant: string | null;
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  /** Lower-case names; without `authorization`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON or form (its secrets struck out); `undefined` when there was none or it was no text. */
  readonly body: unknown;
  /** Status that was answered; 0 when the connection was cut. */
  readonly status: number;
  /** A part of a Graph `$batch`; the batch itself is a call of its own. */
  readonly batched: boolean;
}

/** What to count; an absent field means any. */
export interface CallFilter {
  readonly product?: RecordedCall['product'];
  readonly operation?: string;
  readonly tenant?: string;
  readonly host?: string;
  /** `false` counts HTTP requests only, `true` the parts of batches only. */
  readonly batched?: boolean;
}

export interface Calls {
  add(call: RecordedCall): void;
  /** Calls since the start or the last reset. */
  count(filter?: CallFilter): number;
  /** The last 5,000 calls, oldest first. */
  list(filter?: CallFilter): readonly RecordedCall[];
  reset(): void;
}

const kept = 5_000;

const filterFields = [
  'product',
  'operation',
  'tenant',
  'host',
  'batched',
] as const satisfies readonly (keyof CallFilter)[];

const fits = (call: RecordedCall, filter: CallFilter): boolean =>
  filterFields.every((field) => filter[field] === undefined || filter[field] === call[field]);

/** Counts are exact for ever; the requests themselves are kept up to a bound. */
export const createCalls = (): Calls => {
  let recent: RecordedCall[] = [];
  const counters = new Map<string, { readonly call: RecordedCall; count: number }>();
  return {
    add(call) {
      recent.push(call);
      if (recent.length > 2 * kept) recent = recent.slice(-kept);
      const key = JSON.stringify(filterFields.map((field) => call[field]));
      const counter = counters.get(key);
      if (counter) counter.count += 1;
      else counters.set(key, { call: { ...call, body: undefined }, count: 1 });
    },
    count: (filter = {}) =>
      [...counters.values()].filter(({ call }) => fits(call, filter)).reduce((sum, { count }) => sum + count, 0),
    list: (filter = {}) => recent.slice(-kept).filter((call) => fits(call, filter)),
    reset() {
      recent = [];
      counters.clear();
    },
  };
};
