import { type StoreName, storeNames } from './places.ts';
import { type MutationName, mutationNames } from './requests.ts';
import { type KillPoint, pointsOf, type Step } from './steps.ts';

/** `repeats`: sends the request again under the same idempotency key until it has its answer. `once`: sends no key. */
const callers = ['repeats', 'once'] as const;
export type CallerName = (typeof callers)[number];

/** Who finds what the dead process left: a process that is started after it died, or a replica that ran all along. */
export type FinderName = 'restart' | 'replica';

/** Whether Microsoft can be read while what the dead process left is found, or only after half a minute. */
const readsNames = ['answered', 'failing'] as const;
export type ReadsName = (typeof readsNames)[number];

/** A column of the table. */
export interface Column {
  readonly store: StoreName;
  readonly mutation: MutationName;
  readonly caller: CallerName;
  readonly finder: FinderName;
  readonly reads: ReadsName;
}

/** e.g. `sqlite isolateMachines repeats restart answered`. */
export const nameOfColumn = ({ store, mutation, caller, finder, reads }: Column): string =>
  `${store} ${mutation} ${caller} ${finder} ${reads}`;

const withReads = (column: Omit<Column, 'reads'>): readonly Column[] =>
  readsNames.map((reads) => ({ ...column, reads }));

/** Every column there is: of the first mutation also with a replica. */
export const allColumns: readonly Column[] = storeNames.flatMap((store) =>
  mutationNames.flatMap((mutation, index) =>
    callers.flatMap((caller) => [
      ...withReads({ store, mutation, caller, finder: 'restart' }),
      ...(index === 0 ? withReads({ store, mutation, caller, finder: 'replica' }) : []),
    ]),
  ),
);

/** Of so many columns the sample has one. */
const stride = 8;

const isFirst = ({ mutation, caller, finder, reads }: Column): boolean =>
  mutation === mutationNames[0] && caller === 'repeats' && finder === 'restart' && reads === 'answered';

/** Columns of the sample: the first of each store, which is taken in full, and a few others. */
export const someColumns: readonly Column[] = allColumns.filter(
  (column, index) => isFirst(column) || index % stride === 0,
);

/** One process that is killed. */
export interface Cell extends Column {
  readonly point: KillPoint;
}

/** e.g. `sqlite isolateMachines repeats restart answered: after journal written 1`. */
export const nameOfCell = ({ point, ...column }: Cell): string =>
  `${nameOfColumn(column)}: ${point.moment} ${point.name} ${point.nth}`;

/** Columns with the steps that a run of each does. */
export type Plan = readonly { readonly column: Column; readonly steps: readonly Step[] }[];

/** Every cell there is. */
export const allCells = (plan: Plan): readonly Cell[] =>
  plan.flatMap(({ column, steps }) =>
    pointsOf(steps)
      .flat()
      .map((point) => ({ ...column, point })),
  );

/**
 * The same few of them every time: of the first column of each store one cell of each step, the ways of being killed taking
 * turns; of the others one each, at steps that take turns.
 */
export const someCells = (plan: Plan): readonly Cell[] =>
  plan.flatMap(({ column, steps }, row): readonly Cell[] => {
    const points = pointsOf(steps);
    const all = points.flat();
    const chosen = isFirst(column)
      ? points.map((ways, index) => ways[index % ways.length])
      : [all[(row * stride) % all.length]];
    return chosen.flatMap((point) => (point === undefined ? [] : [{ ...column, point }]));
  });
