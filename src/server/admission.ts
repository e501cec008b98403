import type { IncomingHttpHeaders } from 'node:http';
import type { Request } from 'express';
import type { RequestRates } from '../access/limits.ts';
import { AccessError } from '../errors.ts';
import { checkBatch, operationsIn } from './batch.ts';
import { checkHost } from './hosts.ts';
import { remoteAddressOf } from './remote-address.ts';

export interface AdmissionDeps<TCaller> {
  /** Who calls, by the headers; throws `AccessError` when that cannot be told. */
  authenticate(headers: IncomingHttpHeaders): Promise<TCaller>;
  /** How often callers may ask; as often as they like without it. */
  readonly rates?: RequestRates<TCaller> | undefined;
  /** Names of the gateway, for callers without a credential. */
  readonly hosts: readonly string[];
  /** Operations that one request may hold. */
  readonly batchSize: number;
}

/** A request that may go on. */
export interface Admitted<TCaller> {
  readonly caller: TCaller;
  readonly remoteAddress: string;
}

const hasCredential = ({ authorization, 'x-api-key': key }: IncomingHttpHeaders): boolean =>
  (authorization ?? '') !== '' || (key ?? '') !== '';

/** Who asks, and whether they may ask now: a request is counted before anything is done for it. */
export const createAdmission = <TCaller>({ authenticate, rates, hosts, batchSize }: AdmissionDeps<TCaller>) => {
  const signIn = async (headers: IncomingHttpHeaders, address: string): Promise<TCaller> => {
    try {
      return await authenticate(headers);
    } catch (thrown) {
      const isWrong = thrown instanceof AccessError && thrown.code === 'UNAUTHENTICATED' && hasCredential(headers);
      if (isWrong) await rates?.signInFailed(address);
      throw thrown;
    }
  };

  return async (request: Request): Promise<Admitted<TCaller>> => {
    const remoteAddress = remoteAddressOf(request);
    const caller = await signIn(request.headers, remoteAddress);
    if (!hasCredential(request.headers)) checkHost(request.headers.host, hosts);
    await rates?.count(caller, remoteAddress, operationsIn(request.body, batchSize));
    checkBatch(request.body, batchSize);
    return { caller, remoteAddress };
  };
};

/** Lets a request in, or throws the error that it is refused with. */
export type Admission<TCaller> = ReturnType<typeof createAdmission<TCaller>>;
