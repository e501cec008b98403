import { createTlsMaterial } from '../tls/authority.ts';
import { type Listener, type ListenerOptions, startListener } from './listener.ts';

export interface ListenersOptions {
  /** Address to bind. */
  readonly host: string;
  /** Name in the local origins. */
  readonly hostName: string;
  /** Port of the first listener, the others follow; 0 takes any free ports. */
  readonly basePort: number;
}

/** All listeners of a simulator, under one CA, and which real origin each stands for. */
export interface Listeners {
  readonly caPem: string;
  /** Starts one more listener in place of these real origins. */
  open(realOrigins: readonly string[], handle: ListenerOptions['handle']): Promise<void>;
  /** Local origin of a real one; throws when none of the listeners stands for it. */
  originOf(realOrigin: string): string;
  close(): Promise<void>;
}

export const createListeners = ({ host, hostName, basePort }: ListenersOptions): Listeners => {
  const tls = createTlsMaterial([...new Set([hostName, 'localhost', '127.0.0.1', '::1'])]);
  const ports = new Map<string, number>();
  const listeners: Listener[] = [];
  return {
    caPem: tls.caPem,
    async open(realOrigins, handle) {
      const port = basePort === 0 ? 0 : basePort + listeners.length;
      const listener = await startListener({ tls, host, port, handle });
      listeners.push(listener);
      for (const realOrigin of realOrigins) ports.set(realOrigin, listener.port);
    },
    originOf(realOrigin) {
      const port = ports.get(realOrigin);
      if (port === undefined) throw new Error(`The simulator's tenants need no host ${realOrigin}`);
      return `https://${hostName}:${port}`;
    },
    async close() {
      await Promise.all(listeners.map((listener) => listener.close()));
    },
  };
};
