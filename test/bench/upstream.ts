import { type Child, startChild } from './child.ts';
import { isUpstreamPlace, type UpstreamPlace } from './children/start.ts';
import { isRecord } from './shape.ts';

/** What the upstream has ready. */
export type Prepared =
  | 'hunt'
  | '1000 machines'
  | 'no machines'
  | '50 ms'
  | '0 ms'
  | 'same rows'
  | 'one other row'
  | 'other rows';

/** Microsoft's side of the benchmark, in a process of its own. */
export interface Upstream {
  readonly place: UpstreamPlace;
  /** Calls since the last look: token requests by scope, all others by method and path. */
  takeCounts(): Promise<{ readonly tokens: ReadonlyMap<string, number>; readonly calls: number }>;
  /** Has a hunting answer of 100,000 rows ready, or one of the list of machines, takes so long from now on, or has other rows each time. */
  prepare(what: Prepared): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the simulator of one tenant behind a recorder of its answers. */
export const startUpstream = async (): Promise<Upstream> => {
  const child: Child = await startChild('upstream');
  const { place } = child.ready;
  if (!isUpstreamPlace(place)) throw new Error('The upstream does not say where it is');
  return {
    place,
    takeCounts: async () => {
      const { counts } = await child.ask('counts', 'counts');
      const tokens = new Map<string, number>();
      let calls = 0;
      for (const [name, count] of Object.entries(isRecord(counts) ? counts : {})) {
        if (name.startsWith('token ')) tokens.set(name.slice('token '.length), Number(count));
        else calls += Number(count);
      }
      return { tokens, calls };
    },
    prepare: async (what) => {
      await child.ask(`prepare ${what}`, 'prepared');
    },
    stop: child.stop,
  };
};
