import type { Fields } from '../fields.ts';

/** Evidence inside evidence: under which property it comes, of which kind it is (any, when null), one or a list. */
export interface Inside<Of extends string | null = string | null, Many extends boolean = boolean> {
  readonly name: string;
  readonly of: Of;
  readonly many: Many;
}

/** A kind of evidence: its fields beyond those that every kind has, and the evidence inside it. */
export interface Kind {
  readonly fields: Fields;
  readonly inside?: Readonly<Record<string, Inside>>;
}

/** One piece of a kind. */
export const one = <const Of extends string>(name: string, of: Of): Inside<Of, false> => ({ name, of, many: false });

/** A list of pieces of a kind. */
export const many = <const Of extends string>(name: string, of: Of): Inside<Of, true> => ({ name, of, many: true });

/** One piece of any kind. */
export const any = (name: string): Inside<null, false> => ({ name, of: null, many: false });
