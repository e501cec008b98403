import { connect, type Socket } from 'node:net';

/** Connections that each sent half of a body and wait. */
export interface HalfSent {
  /** Status codes that came back, with how many of each. */
  statuses(): Readonly<Record<string, number>>;
  end(): void;
}

/** Opens `count` connections to `url` and sends on each the headers and `sentBytes` of a body of twice as many. */
export const sendHalves = async (
  url: string,
  options: { readonly count: number; readonly sentBytes: number; readonly headers?: Readonly<Record<string, string>> },
): Promise<HalfSent> => {
  const { hostname, port, host } = new URL(url);
  const { count, sentBytes, headers = {} } = options;
  const head = Object.entries({
    host,
    'content-type': 'application/json',
    'content-length': String(2 * sentBytes),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  const bytes = Buffer.from(`POST /graphql HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n{"query":"${'x'.repeat(sentBytes)}`);
  const seen: Record<string, number> = {};
  const open = async (): Promise<Socket> => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      const status = /^HTTP\/1\.1 (\d+)/.exec(chunk.toString('latin1'))?.[1];
      if (status !== undefined) seen[status] = (seen[status] ?? 0) + 1;
    });
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.write(bytes, () => resolve());
    });
    return socket;
  };
  const sockets = await Promise.all(Array.from({ length: count }, open));
  return {
    statuses: () => seen,
    end: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
};
