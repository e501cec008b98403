import type { StoreName } from './places.ts';
import type { MutationName } from './requests.ts';
import { type KillPoint, pointsOf, type Step } from './steps.ts';

/** `repeats`: sends the request again under the same idempotency key until it has its answer. `once`: sends no key. */
export type CallerName = 'repeats' | 'once';

/** Who finds what the dead process left: a process that is started after it died, or a replica that ran all along. */
export type FinderName = 'restart' | 'replica';

/** Whether Microsoft can be read while what the dead process left is found, or only after half a minute. */
export type ReadsName = 'answered' | 'failing';

/** A column of the table. */
export interface Column {
  readonly store: StoreName;
  readonly mutation: MutationName;
  readonly caller: CallerName;
  readonly finder: FinderName;
  readonly reads: ReadsName;
}

/** One process that is killed. */
export interface Cell extends Column {
  readonly point: KillPoint;
}

/** Columns with the steps that a run of each does. */
export type Plan = readonly { readonly column: Column; readonly steps: readonly Step[] }[];

/** Every cell there is. */
export const allCells = (plan: Plan): readonly Cell[] =>
  plan.flatMap(({ column, steps }) =>
    pointsOf(steps)
      .flat()
      .map((point) => ({ ...column, point })),
  );

/** Of so many cells the sample has one. */
const stride = 449;

/**
 * The same few of them every time: of the first column of each store one cell of each step, the ways of being killed taking
 * turns; of the others one of `stride`.
 */
export const someCells = (plan: Plan): readonly Cell[] => {
  const first = plan.filter(
    ({ column }, index) => plan.findIndex(({ column: { store } }) => store === column.store) === index,
  );
  const inFull = first.flatMap(({ column, steps }) =>
    pointsOf(steps).flatMap((points, index): readonly Cell[] => {
      const point = points[index % points.length];
      return point === undefined ? [] : [{ ...column, point }];
    }),
  );
  const others = allCells(plan.filter((row) => !first.includes(row)));
  return [...inFull, ...others.filter((_, index) => index % stride === 0)];
};
