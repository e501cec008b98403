import { StoreFailure } from './failure.ts';

/** How a member is added to a list. */
export interface AddedMember {
  /** Members below this text leave the list first. */
  readonly from?: string;
  /** The list takes no more members than this; one that is there already stays. */
  readonly most?: number;
}

/** Which members are read. */
export interface MemberRange {
  /** Members below this text, so that the next page begins where the last ended; `null`: from the greatest. */
  readonly below: string | null;
  /** No members below this text. */
  readonly from: string;
  readonly limit: number;
}

/**
 * Lists of texts in the order of their bytes, shared by all processes of the store: what a space's keys cannot give. Each operation
 * rejects with `INTERNAL` (`sent: no`) when the store does not answer.
 */
export interface SortedLists {
  /** Adds a member, atomically among all processes; false: the list is full, and unchanged but for what left it. */
  add(list: string, member: string, how?: AddedMember): Promise<boolean>;
  /** False: it was not there. */
  remove(list: string, member: string): Promise<boolean>;
  /** The greatest first. */
  descending(list: string, range: MemberRange): Promise<readonly string[]>;
  /** How many members are not below `from`. */
  count(list: string, from: string): Promise<number>;
  /** Whether a member is of the form that this version writes. Each of another form is left alone, and told once in the log. */
  isReadable(member: string): boolean;
}

/** How sorted lists are kept. */
export interface SortedOptions {
  readonly ttlMs: number;
  /** The form of their members; absent: any text. */
  readonly members?: RegExp;
}

/** The same as a backend keeps them: by whole keys, with a lifetime. */
export interface SortedBackend {
  /** The list lives `ttlMs` from its last addition. */
  add(key: string, member: string, how: AddedMember & { readonly ttlMs: number }): Promise<boolean>;
  remove(key: string, member: string): Promise<boolean>;
  descending(key: string, range: MemberRange): Promise<readonly string[]>;
  count(key: string, from: string): Promise<number>;
}

const guarded = async <R>(work: Promise<R>): Promise<R> => {
  try {
    return await work;
  } catch (error) {
    throw new StoreFailure(error);
  }
};

/** `place`: the key of a list by its name. A store that does not answer is `INTERNAL`. */
export const createSortedLists = (
  backend: SortedBackend,
  place: (list: string) => string,
  { ttlMs, members }: SortedOptions,
  onUnreadable: (member: string) => void,
): SortedLists => ({
  add: (list, member, how = {}) => guarded(backend.add(place(list), member, { ...how, ttlMs })),
  remove: (list, member) => guarded(backend.remove(place(list), member)),
  descending: (list, range) => guarded(backend.descending(place(list), range)),
  count: (list, from) => guarded(backend.count(place(list), from)),
  isReadable: (member) => {
    const isReadable = members?.test(member) ?? true;
    if (!isReadable) onUnreadable(member);
    return isReadable;
  },
});
