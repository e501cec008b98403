import { isIP, isIPv4, type Socket } from 'node:net';
import { type Express, request as expressRequest, type Request } from 'express';
import type { HttpRequest } from './chain.ts';

/** What stands for the address of a socket that is gone. */
const unknownAddress = 'unknown';

/**
 * The caller's address, for the audit and for rates. What `X-Forwarded-For` says is believed of the proxies of
 * `server.trustProxy` alone: Express walks the header from its end for as long as an address is one of theirs.
 */
export const createRemoteAddress = (app: Express): ((request: HttpRequest) => string) => {
  /** By Express's own reading, of a request that may not have come through it. */
  const ipOf = ({ headers, socket }: HttpRequest): string | undefined => {
    const seen: Request = Object.create(expressRequest, {
      app: { value: app },
      headers: { value: headers },
      socket: { value: socket },
    });
    return seen.ip;
  };
  const trusts = ![0, false, undefined].includes(app.get('trust proxy'));
  const seen = new WeakMap<Socket, string>();
  const ofSocket = (socket: Socket): string => {
    const known = seen.get(socket);
    if (known !== undefined) return known;
    const address = addressIn(socket.remoteAddress);
    // One that is gone has none any more.
    if (address !== undefined) seen.set(socket, address);
    return address ?? unknownAddress;
  };
  return (request) => (trusts ? addressIn(ipOf(request)) : undefined) ?? ofSocket(request.socket);
};

/**
 * The address in a proxy's words, IPv4 in its own form; `undefined` where there is none. Some proxies add the port:
 * https://learn.microsoft.com/azure/application-gateway/how-application-gateway-works#modifications-to-the-request
 */
const addressIn = (text: string | undefined): string | undefined => {
  if (text === undefined) return undefined;
  const [, bracketed, dotted] = /^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(text) ?? [];
  const address = bracketed ?? dotted ?? text;
  if (isIP(address) === 0) return undefined;
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  return mapped !== undefined && isIPv4(mapped) ? mapped : address;
};
