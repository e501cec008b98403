/** Those who wait for one thing, and who is next: ranks in their order, and within a rank their owners one after the other. */
export interface FairLine<Rank extends string, T> {
  readonly size: number;
  /** How many have their turn before a newcomer: all of better ranks, and of each other owner as many as are the newcomer's then. */
  before(rank: Rank, owner: string): number;
  /** Whether somebody of that rank waits. */
  hasRank(rank: Rank): boolean;
  has(rank: Rank, owner: string): boolean;
  /** Joins the line; what takes it out again, false: it was not in it any more. */
  join(rank: Rank, owner: string, waiting: T): () => boolean;
  /** Takes out who is next, of those who may; undefined: nobody may. */
  next(may?: (rank: Rank, owner: string) => boolean): T | undefined;
  /** Those who wait, the best rank first. */
  all(): readonly T[];
}

/** Of so many turns one is of the rank in which somebody has waited longest: nobody waits for ever behind those of a better one. */
const oldestEvery = 4;

interface Place<T> {
  readonly waiting: T;
  /** In the order of coming. */
  readonly number: number;
}

/** `ranks`: the best first. */
export const createFairLine = <Rank extends string, T>(ranks: readonly Rank[]): FairLine<Rank, T> => {
  /** By owner, in the order in which owners have their turn. */
  const lanes = new Map<Rank, Map<string, Place<T>[]>>(ranks.map((rank) => [rank, new Map()]));
  let size = 0;
  let came = 0;
  let turns = 0;

  const laneOf = (rank: Rank): Map<string, Place<T>[]> => lanes.get(rank) ?? new Map();

  const take = (rank: Rank, owner: string): T | undefined => {
    const lane = laneOf(rank);
    const places = lane.get(owner) ?? [];
    const first = places.shift();
    lane.delete(owner);
    // Stands last now.
    if (places.length > 0) lane.set(owner, places);
    if (first === undefined) return undefined;
    size -= 1;
    return first.waiting;
  };

  const inTurn = function* (): Generator<readonly [Rank, string, Place<T>]> {
    for (const [rank, lane] of lanes) {
      for (const [owner, [first]] of lane) if (first !== undefined) yield [rank, owner, first];
    }
  };

  return {
    get size() {
      return size;
    },
    before: (rank, owner) => {
      const better = ranks.slice(0, ranks.indexOf(rank)).flatMap((each) => [...laneOf(each).values()]);
      const turns = (laneOf(rank).get(owner)?.length ?? 0) + 1;
      const others = [...laneOf(rank)].map(([each, { length }]) => Math.min(length, each === owner ? length : turns));
      return better.reduce((sum, { length }) => sum + length, 0) + others.reduce((sum, count) => sum + count, 0);
    },
    hasRank: (rank) => laneOf(rank).size > 0,
    has: (rank, owner) => laneOf(rank).has(owner),
    join: (rank, owner, waiting) => {
      const lane = laneOf(rank);
      const place = { waiting, number: came++ };
      const places = lane.get(owner) ?? [];
      places.push(place);
      lane.set(owner, places);
      size += 1;
      return () => {
        const index = places.indexOf(place);
        if (index < 0) return false;
        places.splice(index, 1);
        if (places.length === 0 && lane.get(owner) === places) lane.delete(owner);
        size -= 1;
        return true;
      };
    },
    next: (may = () => true) => {
      const able = [...inTurn()].filter(([rank, owner]) => may(rank, owner));
      const [first] = able;
      if (first === undefined) return undefined;
      turns += 1;
      const oldest = able.reduce((one, other) => (other[2].number < one[2].number ? other : one), first);
      if (turns % oldestEvery !== 0) return take(first[0], first[1]);
      const [rank] = oldest;
      const [, owner] = able.find(([each]) => each === rank) ?? first;
      return take(rank, owner);
    },
    all: () => [...lanes.values()].flatMap((lane) => [...lane.values()].flat()).map(({ waiting }) => waiting),
  };
};
