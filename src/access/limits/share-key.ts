import type { Caller } from '../caller.ts';
import { networkOf } from './network.ts';

/** Whose share of what is limited a request takes: anonymous callers have one id, and are told apart by the network of their address. */
export const shareKeyOf = ({ kind, id }: Pick<Caller, 'kind' | 'id'>, address: string): string =>
  kind === 'anonymous' ? `anonymous:${networkOf(address)}` : id;
