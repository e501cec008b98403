import { InputError } from '../errors.ts';

/** `first` and `after`, checked. */
export interface PageArguments {
  readonly first: number;
  readonly after: string | null;
}

/** Throws `BAD_USER_INPUT` when `first` is not between 1 and `maxFirst`; 50 when not said. */
export const pageArguments = (
  asked: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
  maxFirst: number,
): PageArguments => {
  const first = asked.first ?? 50;
  if (!Number.isInteger(first) || first < 1 || first > maxFirst) {
    throw new InputError(`first: ${first} is not between 1 and ${maxFirst}`, { field: 'first' });
  }
  return { first, after: asked.after ?? null };
};
