import type { FaultTarget } from '../faults.ts';
import type { Incoming } from './incoming.ts';
import type { Route, SimResponse } from './types.ts';

/** The token of a request, as far as claims challenges go. */
export interface TokenClaims {
  /** Its app declared CP1. */
  readonly answersChallenges: boolean;
  meets(challenge: string): boolean;
}

/** A request that a site has recognised, not yet answered. */
export interface Identified extends Omit<FaultTarget, 'host'> {
  /** Does what was asked, with every check. */
  respond(): Promise<SimResponse>;
  /** An error in the product's own shape; `code` and `message` are the product's usual ones for the status by default. */
  error(status: number, code?: string, message?: string, headers?: Readonly<Record<string, string>>): SimResponse;
  /** Absent without a token that is accepted. */
  readonly token?: TokenClaims;
  /** Documented calls; no limit for a path that no operation has. */
  readonly quota: Route['quota'];
  /** Its answer took so many milliseconds, a fault's delay included; absent: nobody counts. */
  readonly ran?: (ms: number) => void;
  /** Headers of every answer, faults included. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What answers on one listener: the APIs of a host, a login host, or blob storage. */
export interface Site {
  /** The real origin that it stands for. */
  readonly host: string;
  identify(incoming: Incoming): Promise<Identified>;
}
