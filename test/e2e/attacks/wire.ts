import { connect } from 'node:net';

/** What came back over one connection. */
export interface WireAnswer {
  /** Of the first answer; 0 when the connection was closed without one. */
  readonly status: number;
  /** Names in lower case; of a repeated one the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Answers that came over the connection: two to one request would be smuggled. */
  readonly answers: number;
}

/** An HTTP request in parts; `bytesOf` makes bytes of it. */
export interface WireRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** The request as it is sent. What a row does not say is as a well-behaved client says it. */
export const bytesOf = (host: string, request: WireRequest): Buffer => {
  const { method = 'POST', path = '/graphql', headers = {}, body } = request;
  const bytes = Buffer.from(body ?? '');
  const names = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const usual: Readonly<Record<string, string>> = {
    host,
    connection: 'close',
    ...(body === undefined ? {} : { 'content-length': String(bytes.length) }),
  };
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...Object.entries(usual).flatMap(([name, value]) => (names.has(name) ? [] : [`${name}: ${value}`])),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
};

const parse = (received: Buffer): WireAnswer => {
  const text = received.toString('utf8');
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  return {
    status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1] ?? 0),
    headers: Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    ),
    body: rest.join('\r\n\r\n'),
    answers: text.match(/HTTP\/1\.[01] \d{3} /g)?.length ?? 0,
  };
};

/**
 * Sends bytes over a connection of their own, whatever they are, and reads until the other end closes it or `timeoutMs` passed.
 * Never rejects: a connection that is cut is an answer too.
 */
export const sendBytes = (url: string, bytes: Buffer, timeoutMs = 10_000): Promise<WireAnswer> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const received: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const timer = setTimeout(() => socket.destroy(), timeoutMs);
    const end = (): void => {
      clearTimeout(timer);
      resolve(parse(Buffer.concat(received)));
    };
    socket.on('data', (chunk) => received.push(chunk));
    // The server cuts those whom it does not listen to to the end; `close` follows.
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.end());
    socket.on('close', end);
    socket.write(bytes);
  });
