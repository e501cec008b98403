import { createKeyedLoader } from '../../src/loaders/keyed.ts';
import { action, createLab, readWithOthers, type Seen, tokenOf } from './lab.ts';
import { viewers } from './viewers.ts';

/** What may happen next, in any order. */
export type Step =
  /** A request of a viewer, which reads some things at once through a loader of its own. */
  | { readonly kind: 'ask'; readonly viewer: number; readonly things: readonly number[]; readonly header: number }
  | { readonly kind: 'action'; readonly viewer: number }
  | { readonly kind: 'answer'; readonly which: number }
  | { readonly kind: 'pass'; readonly seconds: number };

/** What callers say of how old an answer may be. */
export const cacheControls = [undefined, 'max-age=300', 'max-age=300', 'max-age=5', 'no-cache', 'no-store'] as const;

/** What a sequence came to. */
export interface Ran {
  /** What somebody was shown and must not have been; null: nothing. */
  readonly fault: string | null;
  readonly reads: number;
  /** Calls that Microsoft's side had. */
  readonly exchanges: number;
}

const settle = () => new Promise((resolve) => setImmediate(resolve));
const things = 6;

/**
 * Runs one sequence over two gateways with one store. A viewer may be shown what was read with their own token, of the thing that they
 * asked for, and nothing that is from before an action that had ended when they asked; of a call that was under way, an action of the same
 * gateway.
 */
export const runSequence = async (steps: readonly Step[]): Promise<Ran> => {
  const lab = createLab({ replicas: 2 });
  const ends: Promise<void>[] = [];
  /** Actions that had ended, by token: all, and as many when a gateway ended its last one. */
  const ended = new Map<string, { all: number; readonly at: Map<number, number> }>();
  let fault: string | null = null;
  let reads = 0;

  const check = (seen: Seen, token: string, path: string, least: number): void => {
    reads += 1;
    if (seen.token === token && seen.path === path && seen.actions >= least) return;
    fault ??= `${token} asked for ${path} after ${least} actions and was shown ${JSON.stringify(seen)}`;
  };

  const endAction = (token: string, gateway: number): void => {
    const actions = ended.get(token) ?? { all: 0, at: new Map<number, number>() };
    actions.all += 1;
    // Actions are ended in the order of their number, so that whoever saw this one saw all that had ended.
    actions.at.set(gateway, actions.all);
    ended.set(token, actions);
  };

  const take = (step: Exclude<Step, { kind: 'pass' | 'answer' }>, gateway: number): void => {
    const viewer = viewers[step.viewer % viewers.length];
    const send = lab.replicas[gateway];
    if (viewer === undefined || send === undefined) throw new Error('there is nobody');
    const token = tokenOf(viewer);
    if (step.kind === 'action') {
      ends.push(send(viewer.tenant, action, lab.scopeOf(viewer)).then(() => endAction(token, gateway)));
      return;
    }
    const scope = lab.scopeOf(viewer, cacheControls[step.header % cacheControls.length]);
    const before = { all: ended.get(token)?.all ?? 0, here: ended.get(token)?.at.get(gateway) ?? 0 };
    // A call under way knows nothing of what another gateway does meanwhile.
    const least = (): number => (scope.calls.some(({ coalesced }) => coalesced) ? before.here : before.all);
    const loader = createKeyedLoader<Seen>(async (_, ids) => {
      const seen = await Promise.all(
        ids.map(async (id) => [id, await send(viewer.tenant, readWithOthers(send, viewer.tenant, id), scope)] as const),
      );
      return new Map(seen);
    });
    for (const thing of step.things) {
      const path = `/api/things/${thing % things}`;
      const read = loader({ tenant: viewer.tenant.name, id: path });
      ends.push(
        read.then((seen) => {
          if (seen === null) fault ??= `${token} was shown nothing of ${path}`;
          else check(seen, token, path, least());
        }),
      );
    }
  };

  for (const [index, step] of steps.entries()) {
    if (step.kind === 'pass') lab.pass(step.seconds * 1000);
    else if (step.kind !== 'answer') take(step, index % lab.replicas.length);
    else if (lab.underWay() > 0) lab.answer(step.which);
    await settle();
  }
  for (const all = Promise.all(ends); ; ) {
    await settle();
    lab.pass(1000);
    if (lab.underWay() > 0) lab.answer(0);
    else if (await Promise.race([all.then(() => true), settle().then(() => false)])) break;
  }
  return { fault, reads, exchanges: lab.exchanges() };
};
