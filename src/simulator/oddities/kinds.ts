/** An oddity that is there or not. */
interface Switch {
  readonly kind: 'switch';
  readonly about: string;
  readonly mild: boolean;
  readonly hard: boolean;
}

/** An oddity that begins above a number; `null` never. */
interface Limit {
  readonly kind: 'limit';
  readonly about: string;
  readonly mild: number | null;
  readonly hard: number | null;
}

/** One of several behaviours that exclude each other. */
interface Choice {
  readonly kind: 'choice';
  readonly about: string;
  readonly of: readonly [string, ...string[]];
  readonly mild: string;
  readonly hard: string;
}

/** Names that it applies to; none by default. */
interface Names {
  readonly kind: 'names';
  readonly about: string;
  readonly mild: readonly string[];
  readonly hard: readonly string[];
}

/** What an oddity is, how it stands by default (`mild`), and in the profile that makes everything hard at once. */
export type Oddity = Switch | Limit | Choice | Names;
