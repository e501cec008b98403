import { describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../../src/clock.ts';
import { createScope, type Patience } from '../../../src/scope.ts';
import { createWindows } from '../../../src/store/windows.ts';
import { ThrottledError } from '../../../src/upstream/http/failure.ts';
import { bucketOf, type Counted, minuteMs } from '../../../src/upstream/http/quota.ts';
import { createQuotas } from '../../../src/upstream/http/quotas.ts';
import { createSteppedClock, ownQuotas, quotaSpaceOver } from '../../support/quotas.ts';
import { tenantNamed } from '../../support/tenant.ts';

const contoso = tenantNamed('contoso');
const fabrikam = { ...tenantNamed('fabrikam'), tenantId: '33333333-3333-4333-8333-333333333333' };

const operation = (id: string, more: Partial<Counted> = {}): Counted => ({
  ...{ id, api: 'mde', quota: { perMinute: null, perHour: null } },
  ...more,
});
const list = operation('mde.listMachines');
const limited = operation('mde.listMachines', { quota: { perMinute: 3, perHour: null } });
const action = operation('mde.listMachines', {
  quota: limited.quota ?? { perMinute: 3, perHour: null },
  repeatable: false,
});

/** A clock whose sleeps pass at once. */
const createTestClock = () => {
  let now = 1_000_020_000;
  const slept: number[] = [];
  const clock: Clock = {
    now: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      now += ms;
    },
  };
  return { clock, slept };
};

interface Asking {
  readonly deadline?: number;
  readonly signal?: AbortSignal;
  readonly caller?: string;
  readonly inBackground?: boolean;
  readonly patience?: Patience;
}

const scopeOf = ({ deadline = Number.MAX_SAFE_INTEGER, signal, ...rest }: Asking = {}) =>
  createScope({
    ...{ requestId: 'a', deadline, maxCalls: 1, caller: 'somebody', ...rest },
    signal: signal ?? new AbortController().signal,
  });

describe('what Microsoft throttles', () => {
  test('what was never throttled passes at once', async () => {
    const { clock, slept } = createTestClock();
    expect(await ownQuotas(clock).take(contoso, list, scopeOf())).toBe(0);
    expect(slept).toEqual([]);
  });

  test('what is throttled waits as long as Microsoft said, once', async () => {
    const { clock, slept } = createTestClock();
    const quotas = ownQuotas(clock);
    await quotas.hold(contoso, list, 20);
    expect(await quotas.take(contoso, list, scopeOf())).toBe(20_000);
    expect(await quotas.take(contoso, list, scopeOf())).toBe(0);
    expect(slept).toEqual([20_000]);
  });

  test('a longer wait counts, a shorter one does not take it back', async () => {
    const { clock } = createTestClock();
    const quotas = ownQuotas(clock);
    await quotas.hold(contoso, list, 20);
    await quotas.hold(contoso, list, 5);
    expect(await quotas.take(contoso, list, scopeOf())).toBe(20_000);
  });

  test.each([
    ['longer than anybody waits', 3601, 10_000_000, true],
    ['beyond the deadline', 20, 19_000, true],
    ['that nobody named for the call itself', 2, 1_000_000, false],
  ])('a wait %s is told at once, with the time', async (_, seconds, deadlineInMs, isNamed) => {
    const { clock, slept } = createTestClock();
    const quotas = ownQuotas(clock);
    await quotas.hold(contoso, list, seconds, isNamed);
    await expect(quotas.take(contoso, list, scopeOf({ deadline: clock.now() + deadlineInMs }))).rejects.toMatchObject({
      code: 'UPSTREAM_THROTTLED',
      message: `Microsoft throttles mde.listMachines in contoso; it may be called again in ${seconds} s`,
      details: { tenant: 'contoso', api: 'mde', sent: 'no', retryAfterSeconds: seconds },
    });
    expect(slept).toEqual([]);
  });

  test('another operation and another tenant are not held up; hunting is, by whichever API', async () => {
    const { clock } = createTestClock();
    const quotas = ownQuotas(clock);
    await quotas.hold(contoso, list, 20);
    expect(await quotas.take(fabrikam, list, scopeOf())).toBe(0);
    expect(await quotas.take(contoso, operation('mde.getMachine'), scopeOf())).toBe(0);
    await quotas.hold(contoso, operation('graph.hunting.run', { api: 'graph', pace: 'hunting' }), 20);
    expect(await quotas.take(contoso, operation('mde.hunt', { pace: 'hunting' }), scopeOf())).toBe(20_000);
  });

  test('a caller who leaves waits no more', async () => {
    const { clock, settle } = createSteppedClock();
    const quotas = ownQuotas(clock);
    await quotas.hold(contoso, list, 20);
    const leaving = new AbortController();
    const waiting = expect(quotas.take(contoso, list, scopeOf({ signal: leaving.signal }))).rejects.toThrow('left');
    await settle();
    leaving.abort(new Error('left'));
    await waiting;
    expect(await quotas.states()).toMatchObject([{ waiting: 0 }]);
  });

  test('X6: a wait ends when the gateway stops, and is told as the quota that it is for', async () => {
    const stopping = new AbortController();
    const quotas = ownQuotas(systemClock, { stopping: stopping.signal });
    await quotas.hold(contoso, list, 50);
    const waiting = expect(quotas.take(contoso, list, scopeOf())).rejects.toMatchObject({
      code: 'UPSTREAM_THROTTLED',
      details: { sent: 'no' },
    });
    stopping.abort();
    await waiting;
  });
});

describe('the times that are told', () => {
  const wide = operation('mde.getMachine', { quota: { perMinute: 100, perHour: null } });
  const hourly = operation('mde.getMachine', { quota: { perMinute: 100, perHour: 150 } });
  const impatient = { patience: { readMs: 0, actionMs: 0 } };

  /** Seconds that so many are told who ask at once, of whom none waits. */
  const toldTo = async (
    quotas: ReturnType<typeof ownQuotas>,
    callers: number,
    of: Counted,
  ): Promise<readonly number[]> => {
    const told = Array.from({ length: callers }, async () => {
      const error = await quotas.take(contoso, of, scopeOf(impatient)).catch((thrown: unknown) => thrown);
      return error instanceof ThrottledError ? [error.details.retryAfterSeconds ?? 0] : [];
    });
    return (await Promise.all(told)).flat().toSorted((one, other) => one - other);
  };
  const mostInASecond = (told: readonly number[]): number =>
    Math.max(...[...Map.groupBy(told, Math.floor).values()].map(({ length }) => length));

  test('are spread at the pace of the quota, none before its time, and there is room for each when they come', async () => {
    const { clock, advance } = createSteppedClock();
    const quotas = ownQuotas(clock);
    const told = await toldTo(quotas, 250, wide);
    expect(told).toHaveLength(150);
    expect(told[0]).toBeGreaterThan(60);
    expect(told.at(-1)).toBeLessThan(183);
    expect(mostInASecond(told)).toBeLessThanOrEqual(2);
    const beganMs = clock.now();
    for (const seconds of told) {
      await advance(Math.ceil(beganMs + seconds * 1000 - clock.now()));
      expect(await quotas.take(contoso, wide, scopeOf(impatient))).toBe(0);
    }
  });

  test('of those who come later are behind those of the ones before, and are over with them', async () => {
    const { clock, advance } = createSteppedClock();
    const quotas = ownQuotas(clock);
    const first = await toldTo(quotas, 120, wide);
    await advance(10_000);
    const [later = 0] = await toldTo(quotas, 1, wide);
    expect(later + 10).toBeGreaterThan(first.at(-1) ?? 0);
    await advance(600_000);
    const [much = 0] = await toldTo(quotas, 101, wide);
    expect(much).toBeLessThanOrEqual(62);
  });

  test('beyond what an hour allows are of the next hour', async () => {
    const { clock } = createSteppedClock();
    const told = await toldTo(ownQuotas(clock), 250, hourly);
    expect(told).toHaveLength(150);
    expect(told.filter((seconds) => seconds < 3600)).toHaveLength(50);
  });

  test('are the same for those who ask one after the other: what an hour allows is counted once', async () => {
    const { clock } = createSteppedClock();
    const quotas = ownQuotas(clock);
    const told: number[] = [];
    for (let caller = 0; caller < 250; caller += 1) told.push(...(await toldTo(quotas, 1, hourly)));
    expect(told).toHaveLength(150);
    expect(told.filter((seconds) => seconds < 3600)).toHaveLength(50);
    expect(told.at(-1)).toBeLessThan(3800);
  });

  test('of a hold are spread too', async () => {
    const { clock } = createSteppedClock();
    const quotas = ownQuotas(clock);
    await quotas.hold(contoso, wide, 20);
    const told = await toldTo(quotas, 50, wide);
    expect(told[0]).toBe(20);
    expect(told.at(-1)).toBeLessThan(52);
    expect(mostInASecond(told)).toBeLessThanOrEqual(2);
  });

  test('are not pushed out by those who do not heed them', async () => {
    const { clock } = createSteppedClock();
    const quotas = ownQuotas(clock);
    await toldTo(quotas, 1100, wide);
    const more = await toldTo(quotas, 3900, wide);
    expect(more).toHaveLength(3900);
    expect(more.at(-1)).toBeLessThan(62 * 12);
    // Nor are they told a time that others have.
    expect(more[0]).toBeGreaterThan(62 * 9);
    const spread = [...Map.groupBy(more, Math.floor).values()].map(({ length }) => length);
    expect(Math.max(...spread)).toBeLessThan((2 * more.length) / 61);
  });

  test('are their own for each who is refused while they wait: those who are next are not told the time of the last', async () => {
    const { clock, settle } = createSteppedClock();
    const quotas = ownQuotas(clock);
    for (let used = 0; used < 100; used += 1) await quotas.take(contoso, wide, scopeOf());
    const told: number[] = [];
    const patience = { readMs: 190_000, actionMs: 0 };
    // They have the time to wait three minutes, until Microsoft wants no calls for longer than that.
    for (let caller = 0; caller < 250; caller += 1) {
      quotas.take(contoso, wide, scopeOf({ patience })).catch((error: unknown) => {
        if (error instanceof ThrottledError) told.push(error.details.retryAfterSeconds ?? 0);
      });
    }
    await settle();
    await quotas.hold(contoso, wide, 200);
    for (let turn = 0; turn < 20; turn += 1) await settle();
    expect(told).toHaveLength(250);
    expect(Math.min(...told)).toBeLessThan(201);
    expect(Math.max(...told)).toBeLessThan(200 + 250 * 0.63);
    expect(mostInASecond(told)).toBeLessThanOrEqual(2);
  });

  test('are told at once to those for whom a hold is too long, and who leave while it is looked throw nothing else', async () => {
    const { clock, settle } = createSteppedClock();
    const quotas = ownQuotas(clock);
    for (let used = 0; used < 3; used += 1) await quotas.take(contoso, limited, scopeOf());
    const waiting = expect(
      quotas.take(contoso, limited, scopeOf({ patience: { readMs: 70_000, actionMs: 0 } })),
    ).rejects.toMatchObject({ details: { retryAfterSeconds: 300 } });
    await settle();
    await quotas.hold(contoso, limited, 300);
    await waiting;
    const leaving = new AbortController();
    const left = expect(quotas.take(contoso, limited, scopeOf({ signal: leaving.signal }))).rejects.toThrow('left');
    leaving.abort(new Error('left'));
    await left;
    expect(await quotas.states()).toMatchObject([{ waiting: 0 }]);
  });
});

describe('what the pages of Microsoft allow', () => {
  /** Takes calls for these, and tells in which order they were given. */
  const line = async (asked: readonly (readonly [name: string, of: Counted, asking: Asking])[]) => {
    const stepped = createSteppedClock();
    const quotas = ownQuotas(stepped.clock);
    for (let used = 0; used < 3; used += 1) await quotas.take(contoso, limited, scopeOf());
    const given: string[] = [];
    for (const [name, of, asking] of asked) {
      quotas.take(contoso, of, scopeOf({ patience: { readMs: 1e9, actionMs: 1e9 }, ...asking })).then(
        () => given.push(name),
        (error: unknown) => given.push(`${name}: ${error}`),
      );
      await stepped.settle();
    }
    return { ...stepped, quotas, given };
  };

  test('no more calls than its page prints are sent in a minute, and the others wait for the next', async () => {
    const { given, advance } = await line(['a', 'b', 'c', 'd'].map((name) => [name, limited, {}] as const));
    await advance(60_900);
    expect(given).toEqual([]);
    await advance(1200);
    expect(given).toEqual(['a', 'b', 'c']);
    await advance(60_900);
    expect(given).toEqual(['a', 'b', 'c']);
    await advance(1200);
    expect(given).toEqual(['a', 'b', 'c', 'd']);
  });

  test('who would wait longer than they have patience is told at once when their turn comes', async () => {
    const patience = { readMs: 62_100, actionMs: 1000 };
    const asked = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => [name, limited, { patience }] as const);
    const { given } = await line(asked);
    const late = (name: string, seconds: number): string =>
      `${name}: UpstreamError: The quota of mde.listMachines in contoso, 3 calls a minute, is used up; the next call is possible in ${seconds} s`;
    expect(
      given.map((one) => one.replace('ThrottledError', 'UpstreamError').replace('GatewayError', 'UpstreamError')),
    ).toEqual([...[late('d', 123), late('e', 144), late('f', 165), late('g', 185)]]);
  });

  test('actions pass before reads, reads before what runs in the background, and nobody waits for ever', async () => {
    const { given, advance } = await line([
      ['export', limited, { inBackground: true }],
      ['read 1', limited, {}],
      ['read 2', limited, {}],
      ...['1', '2', '3', '4', '5'].map((name) => [`action ${name}`, action, {}] as const),
    ]);
    await advance(62_100);
    expect(given).toEqual(['action 1', 'action 2', 'action 3']);
    await advance(62_100);
    // Each fourth turn is that of who has waited longest.
    expect(given.slice(3)).toEqual(['export', 'action 4', 'action 5']);
    await advance(62_100);
    expect(given.slice(6)).toEqual(['read 1', 'read 2']);
  });

  test('callers have their turns one after the other, however much one of them asks', async () => {
    const greedy = Array.from({ length: 8 }, (_, index) => [`greedy ${index}`, limited, { caller: 'greedy' }] as const);
    const { given, advance } = await line([...greedy, ['other', limited, { caller: 'other' }]]);
    await advance(62_100);
    expect(given).toEqual(['greedy 0', 'other', 'greedy 1']);
  });

  test('who has no more time while they wait is told so, and the others go on', async () => {
    const { clock, given, advance } = await line([
      ['short', limited, { deadline: 1_000_020_000 + 62_500 }],
      ...['1', '2', '3'].map((name) => [`action ${name}`, action, {}] as const),
      ['long', limited, {}],
    ]);
    expect(clock.now()).toBe(1_000_020_000);
    await advance(62_100);
    // It shows now that there is none for them within their time.
    expect(given).toEqual([
      'action 1',
      'action 2',
      'action 3',
      expect.stringMatching(/^short: .*; the next call is possible in 6[12] s$/),
    ]);
    await advance(62_100);
    expect(given.slice(4)).toEqual(['long']);
  });

  test('who was let in before a slow store told their turn is not told of a wait', async () => {
    const { clock, advance, settle } = createSteppedClock();
    const { promise: told, resolve: tell } = Promise.withResolvers<undefined>();
    let lateLooks = 0;
    const quotas = createQuotas({
      space: {
        take: async () => undefined,
        look: async (_, amount) => {
          if (amount < 2) return undefined;
          lateLooks += 1;
          return told;
        },
        hold: async () => {},
        renew: async () => {},
      },
      clock,
      maxWaitMs: 3_600_000,
    });
    for (let call = 0; call < 3; call += 1) expect(await quotas.take(contoso, limited, scopeOf())).toBe(0);
    const waits: number[] = [];
    const first = quotas.take(contoso, limited, scopeOf());
    await settle();
    const second = quotas.take(contoso, limited, { ...scopeOf(), waits: (ms) => void waits.push(ms) });
    await settle();
    await advance(62_100);
    tell(undefined);
    expect(await Promise.all([first, second])).toEqual([62_100, 62_100]);
    expect([lateLooks, waits]).toEqual([1, []]);
  });

  test("a tenant's settings say how much it may ask", async () => {
    const { clock, slept } = createTestClock();
    const quotas = ownQuotas(clock);
    const large = { ...contoso, quotas: { 'mde.listMachines': { perMinute: 5, perHour: 100 } } };
    for (let used = 0; used < 5; used += 1) expect(await quotas.take(large, limited, scopeOf())).toBe(0);
    expect(slept).toEqual([]);
    expect(await quotas.waitMs(large, limited)).toBeGreaterThan(61_000);
    expect(await quotas.states()).toEqual([
      {
        ...{ api: 'mde', quotaClass: 'mde.listMachines', heldMs: 0, waiting: 0 },
        drawers: { tenantId: contoso.tenantId, clientId: contoso.auth.clientId },
        windows: [
          { limit: 5, ms: 61_000, left: 0, wholeInMs: expect.any(Number) },
          { limit: 100, ms: 3_601_000, left: 95, wholeInMs: expect.any(Number) },
        ],
        runTime: [],
      },
    ]);
  });

  test('operations that Microsoft counts together take from one quota, and a 429 of one keeps all back', async () => {
    const { clock } = createTestClock();
    const quotas = ownQuotas(clock);
    const counted = { api: 'graph', quotaClass: 'graph.alerts', quota: { perMinute: 3, perHour: null } } as const;
    const [read, change] = [operation('graph.alerts.list', counted), operation('graph.alerts.update', counted)];
    await quotas.take(contoso, read, scopeOf());
    await quotas.take(contoso, change, scopeOf());
    expect(await quotas.states()).toMatchObject([{ quotaClass: 'graph.alerts', windows: [{ limit: 3, left: 1 }] }]);
    await quotas.hold(contoso, change, 30);
    expect(await quotas.waitMs(contoso, read)).toBe(30_000);
    // Settings name what is counted together, or an operation of it.
    for (const name of ['graph.alerts', 'graph.alerts.list']) {
      const large = { ...contoso, quotas: { [name]: { perMinute: 500, perHour: null } } };
      expect(bucketOf(large, read).windows).toMatchObject([{ limit: 500 }]);
      expect(bucketOf(large, read).key).toBe(bucketOf(contoso, change).key);
    }
  });

  test('a call that was long under way counts from its answer: Microsoft may have counted it as late', async () => {
    const { clock, advance } = createSteppedClock();
    const quotas = ownQuotas(clock);
    for (let used = 0; used < 3; used += 1) await quotas.take(contoso, limited, scopeOf());
    await advance(900);
    quotas.answered(contoso, limited, 900);
    await advance(29_100);
    quotas.answered(contoso, limited, 30_000);
    await advance(32_100);
    expect(await quotas.states()).toMatchObject([{ windows: [{ left: 2 }] }]);
    await advance(30_000);
    expect(await quotas.states()).toMatchObject([{ windows: [{ left: 3 }] }]);
  });

  describe('the time that queries run', () => {
    const query = operation('mde.runAdvancedQuery', {
      pace: 'hunting',
      quota: { perMinute: 45, perHour: null, runSecondsPerHour: 600, runSecondsPerDay: 1320 },
    });
    const graph = operation('graph.hunting.run', {
      ...{ api: 'graph', pace: 'hunting' },
      quota: { perMinute: 45, perHour: null },
    });
    const run = async (quotas: ReturnType<typeof ownQuotas>, seconds: number, ran = true): Promise<void> => {
      expect(await quotas.take(contoso, query, scopeOf({ patience: { readMs: 0, actionMs: 0 } }))).toBe(0);
      quotas.answered(contoso, query, seconds * 1000, ran);
    };
    const told = (quotas: ReturnType<typeof ownQuotas>, of = query) =>
      quotas.take(contoso, of, scopeOf({ patience: { readMs: 0, actionMs: 0 } })).then(
        () => null,
        (error: unknown) => (error instanceof ThrottledError ? error : null),
      );

    test('is counted when they have run, and the next is told when an hour has room again', async () => {
      const { clock, advance } = createSteppedClock();
      const quotas = ownQuotas(clock);
      for (let queries = 0; queries < 3; queries += 1) await run(quotas, 199);
      // Another tenant's is its own, and an API without such a limit goes on.
      expect(await quotas.waitMs(fabrikam, query)).toBe(0);
      expect(await quotas.states()).toMatchObject([
        {
          runTime: [
            { limit: 600_000, left: 3000 },
            { limit: 1_320_000, left: 723_000 },
          ],
        },
      ]);
      // What has room left runs, as it does at Microsoft, who knows no better how long it takes.
      await run(quotas, 150);
      expect(await told(quotas, graph)).toBeNull();
      const error = await told(quotas);
      expect(error?.message).toMatch(
        /^The run time of hunting in contoso, 10 minutes an hour and 22 minutes a day, is used up; the next call is possible in \d+ s$/,
      );
      const seconds = error?.details.retryAfterSeconds ?? 0;
      expect(seconds).toBeGreaterThan(3600);
      await advance(seconds * 1000);
      expect(await told(quotas)).toBeNull();
      // Two hours have used up the day.
      for (let queries = 0; queries < 3; queries += 1) await run(quotas, 200);
      expect((await told(quotas))?.details.retryAfterSeconds).toBeGreaterThan(20 * 3600);
    });

    test('of one that hung counts as the longest that Microsoft lets it run, and of one that was refused not at all', async () => {
      const { clock } = createSteppedClock();
      const quotas = ownQuotas(clock);
      await run(quotas, 900);
      await run(quotas, 900, false);
      expect(await quotas.states()).toMatchObject([{ runTime: [{ left: 400_000 }, { left: 1_120_000 }] }]);
    });
  });

  test('quotas that are not kept keep nobody back until Microsoft does', async () => {
    const { clock, slept } = createTestClock();
    const quotas = ownQuotas(clock, { isKept: false });
    for (let used = 0; used < 9; used += 1) expect(await quotas.take(contoso, limited, scopeOf())).toBe(0);
    expect(slept).toEqual([]);
    await quotas.hold(contoso, limited, 5);
    expect(await quotas.take(contoso, limited, scopeOf())).toBe(5000);
  });

  test('what this process has sent counts, whatever a store that was emptied says', async () => {
    const { clock } = createTestClock();
    let shared = createWindows(clock);
    const space = quotaSpaceOver(() => shared);
    const quotas = createQuotas({ space, clock, maxWaitMs: 3_600_000 });
    const impatient = { patience: { readMs: 0, actionMs: 0 } };
    for (let used = 0; used < 3; used += 1) await quotas.take(contoso, limited, scopeOf(impatient));
    await quotas.hold(contoso, list, 50);
    shared = createWindows(clock);
    await expect(quotas.take(contoso, limited, scopeOf(impatient))).rejects.toMatchObject({
      code: 'UPSTREAM_THROTTLED',
      details: { retryAfterSeconds: expect.closeTo(62, 0) },
    });
    expect(await quotas.states()).toMatchObject([{ windows: [{ left: 0 }], heldMs: 50_000 }]);
    // What others have sent counts as before.
    await shared.take(bucketOf(fabrikam, limited).key, 3, [{ limit: 3, ms: minuteMs }]);
    await expect(quotas.take(fabrikam, limited, scopeOf(impatient))).rejects.toThrow('is used up');
  });
});
