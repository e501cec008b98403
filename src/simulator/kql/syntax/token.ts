import type { Position } from '../fault.ts';
import type { KqlType, Value } from '../value.ts';

/** One token. `glued` says that nothing stands between it and the token before (for `project-away`, `Name*`). */
export type Token = { readonly at: Position; readonly text: string; readonly glued: boolean } & (
  | { readonly kind: 'name' }
  /** Operators and punctuation, also word operators written with `!` or `~`, such as `!has` and `in~`. */
  | { readonly kind: 'sign' }
  | { readonly kind: 'literal'; readonly type: KqlType; readonly value: Value }
  | { readonly kind: 'end' }
);
