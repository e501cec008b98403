import type { ProductName } from './http/types.ts';
import type { ForbiddenCode } from './oddities/forbidden.ts';
import type { ThrottleSays } from './oddities/throttle.ts';

/** What goes wrong. */
export type FaultEffect =
  /** Answers `status` in the product's own error shape. `handled`: only after the operation was carried out. */
  | {
      readonly kind: 'status';
      readonly status: number;
      /** Sent as `Retry-After`: seconds, or an HTTP date. */
      readonly retryAfter?: number | string;
      /** The error's code; by default the product's usual one for the status. */
      readonly code?: string;
      readonly message?: string;
      readonly handled?: boolean;
    }
  /** 429 that says its wait as the oddity `throttleSays` has it, in the words of a quota that is used up. */
  | { readonly kind: 'throttled'; readonly says: ThrottleSays; readonly waitSeconds: number }
  /** 403 with the code's documented sentence. */
  | { readonly kind: 'forbidden'; readonly code: ForbiddenCode }
  /** 404 with a page in HTML, as a wrong host or a proxy answers. */
  | { readonly kind: 'html-not-found' }
  /** 403 with a page in HTML, as a proxy refuses. */
  | { readonly kind: 'html-forbidden' }
  /** A 200 of so many bytes of JSON. */
  | { readonly kind: 'oversized'; readonly bytes: number }
  /** Cuts the connection without an answer. `handled`: only after the operation was carried out. */
  | { readonly kind: 'reset'; readonly handled?: boolean }
  /** Answers as always, `delayMs` real milliseconds late. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** A 200 whose body is no JSON. */
  | { readonly kind: 'malformed-json' }
  /** Half of the announced body, then the connection is cut. */
  | { readonly kind: 'truncated' }
  /** Half of the announced body, then nothing: the connection stays. */
  | { readonly kind: 'stalled' }
  /** The right status with an HTML page. */
  | { readonly kind: 'wrong-content-type' }
  /** 401 as for an expired token. */
  | { readonly kind: 'rejected-token' }
  /**
   * 401 with a claims challenge of continuous access evaluation. `claims` is the JSON text, sent in base64. A token that was
   * asked for with these claims passes; one of an app that did not declare CP1 is refused without a challenge.
   */
  | { readonly kind: 'claims-challenge'; readonly claims: string };

/** Which requests go wrong; an absent field means any. */
export interface FaultRule {
  /** Real origin, e.g. `https://graph.microsoft.com`. */
  readonly host?: string;
  readonly product?: ProductName | 'blob';
  /** Operation id, e.g. `listMachines`, `entra.token`. */
  readonly operation?: string;
  /** Tenant's name. */
  readonly tenant?: string;
  /** For the next so many requests; absent: until cleared. */
  readonly times?: number;
  readonly effect: FaultEffect;
}

/** What a request is, as far as faults choose by it. */
export interface FaultTarget {
  readonly host: string;
  readonly product: ProductName | 'blob' | null;
  readonly operation: string | null;
  readonly tenant: string | null;
}

/** A rule in force. */
export interface ActiveFault extends FaultRule {
  readonly id: string;
  /** Requests it will still hit; `null` is any number. */
  readonly left: number | null;
}

export interface Faults {
  /** Puts a rule in force and returns its id. */
  add(rule: FaultRule): string;
  /** Ends one rule, or all. */
  clear(id?: string): void;
  list(): readonly ActiveFault[];
  /** The effect on this request, used up by one; the rule added first wins. */
  take(target: FaultTarget): FaultEffect | undefined;
}

const hits = (rule: FaultRule, target: FaultTarget): boolean =>
  (['host', 'product', 'operation', 'tenant'] as const).every(
    (field) => rule[field] === undefined || rule[field] === target[field],
  );

/** Faults on demand, in memory. */
export const createFaults = (): Faults => {
  const rules = new Map<string, { readonly rule: FaultRule; left: number }>();
  let added = 0;
  return {
    add(rule) {
      added += 1;
      const id = `fault-${added}`;
      rules.set(id, { rule, left: rule.times ?? Number.POSITIVE_INFINITY });
      return id;
    },
    clear(id) {
      if (id === undefined) rules.clear();
      else rules.delete(id);
    },
    list: () => [...rules].map(([id, { rule, left }]) => ({ ...rule, id, left: Number.isFinite(left) ? left : null })),
    take(target) {
      for (const [id, active] of rules) {
        if (!hits(active.rule, target)) continue;
        active.left -= 1;
        if (active.left <= 0) rules.delete(id);
        return active.rule.effect;
      }
      return undefined;
    },
  };
};
