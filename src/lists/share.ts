/** Rows that all tenants together are asked for at least: so many cost little. */
const rowsThatCostLittle = 1000;

/** Rows that each tenant is asked for at least, whatever it had before. */
export const leastShare = (tenants: number): number =>
  Math.min(20, Math.max(2, Math.floor(rowsThatCostLittle / tenants)));

/**
 * Rows that each of several tenants is asked for at first: what is asked beside an even part of those that are wanted, and a few
 * at least.
 */
export const shareOf = (wanted: number, tenants: number, askedBy: (part: number) => number): number => {
  const part = Math.ceil(askedBy(wanted / tenants));
  return Math.min(wanted + 1, Math.max(leastShare(tenants), part));
};

/**
 * Rows that a list is asked for that had so many and no more: a page that is not half as long as that is not cut off by a service
 * that gives half of them.
 */
export const topFor = (size: number): number => 2 * size + 1;
