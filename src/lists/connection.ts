import type { Tenant } from '../config/tenants.ts';
import type { GatewayError } from '../errors.ts';

/** A tenant that could not answer, or not in full. */
export interface TenantFailure {
  readonly tenant: Tenant;
  readonly error: GatewayError;
}

/** A page of an answer. `cursor` is made when it is asked for: it costs a signature. */
export interface Connection<T> {
  readonly items: readonly { readonly node: T; readonly cursor: () => string }[];
  /** Whether there may be more. */
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Rows in all, of those that the caller sees; null: not known without a further call. */
  readonly totalCount: number | null;
  /** Asks how many they are, where they are not at hand; `null`: that is not known. Absent: nobody can be asked. */
  readonly count?: () => Promise<number | null>;
  readonly endCursor: () => string | null;
  readonly failures: readonly TenantFailure[];
  /** Set when every tenant that was asked failed: no rows is then no answer. */
  readonly unanswered?: GatewayError;
  /** Tenants that answered without rows that another API of theirs would have; absent: none. `truncation` says it too. */
  readonly missing?: readonly TenantFailure[];
  /** Why a limit of the gateway cut the answer; null when none did. */
  readonly truncation: string | null;
}

/** The number of rows at hand, when those are all there are. */
export const wholeCount = (
  { totalCount }: Pick<Connection<unknown>, 'totalCount'>,
  truncation: string | null,
): number | null => (truncation === null ? totalCount : null);
