/** Rows that all tenants together are asked for at least: so many cost little. */
const rowsThatCostLittle = 1000;

/**
 * Rows that each of several tenants is asked for at first: what is asked beside an even part of those that are wanted, and a few
 * at least.
 */
export const shareOf = (wanted: number, tenants: number, askedBy: (part: number) => number): number => {
  const part = Math.ceil(askedBy(wanted / tenants));
  const least = Math.min(20, Math.max(2, Math.floor(rowsThatCostLittle / tenants)));
  return Math.min(wanted + 1, Math.max(least, part));
};
