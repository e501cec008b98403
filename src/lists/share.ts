/** Rows that all tenants together are asked for at least: so many cost little. */
const rowsThatCostLittle = 1000;

/** Rows that each of several tenants is asked for at first: `times` its part of those that are wanted, and a few at least. */
export const shareOf = (wanted: number, tenants: number, times: number): number => {
  const part = Math.ceil((times * wanted) / tenants);
  const least = Math.min(20, Math.max(2, Math.floor(rowsThatCostLittle / tenants)));
  return Math.min(wanted + 1, Math.max(least, part));
};
