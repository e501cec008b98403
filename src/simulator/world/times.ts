import type { Random } from './random.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

const ticksOfUnixEpoch = 621_355_968_000_000_000n;

/**
 * A time as Microsoft prints it: seven fractional digits, trailing zeros cut off. With a source the four digits below the
 * millisecond are drawn from it; without, they are zero.
 */
export function isoTime(timeMs: number, random?: Random): string {
  const below = random === undefined ? '' : String(random.int(0, 9999)).padStart(4, '0');
  const text = `${new Date(timeMs).toISOString().slice(0, -1)}${below}`;
  return `${text.replace(/\.?0+$/, '')}Z`;
}

/** .NET ticks of a time: MDE's alert ids start with them. */
export function dotnetTicks(timeMs: number, random?: Random): string {
  return (ticksOfUnixEpoch + BigInt(timeMs) * 10_000n + BigInt(random?.int(0, 9999) ?? 0)).toString();
}
