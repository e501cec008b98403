import type { HuntParameter } from './parameters.ts';
import type { HuntTime } from './windows.ts';

/** What a caller asks; tenants as in every list. */
export interface HuntQuestion extends HuntTime {
  readonly query: string;
  readonly parameters?: readonly HuntParameter[] | null | undefined;
  readonly tenants?: readonly string[] | null | undefined;
  readonly tenantTags?: readonly string[] | null | undefined;
  readonly timespan?: string | null | undefined;
  /** Rows to keep of each tenant and window; 10,000 when not said. */
  readonly maxRows?: number | undefined;
}
