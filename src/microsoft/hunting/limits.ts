/** Rows that a hunting query gives at most. advanced-hunting-limits.md */
export const maxHuntedRows = 100_000;

/**
 * Values that a list inside a query may hold. No page prints a limit on the length of a query or of a list; some hundreds are
 * what published queries use, and 500 ids of 40 digits are 22 KB.
 */
export const maxListedValues = 500;
