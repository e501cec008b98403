/** What has to be said of a list beside its rows. */

/** Pages come again. */
export const repeats = 'Microsoft repeats itself instead of going on: the list may be incomplete';
/** A moment has more rows than can be asked for. */
export const crowded = 'More rows have the same time than Microsoft gives at once: some of them may be missing';
/** A row without an id can be neither shown nor followed: that it is there is said. */
export const unreadable = (rows: number): string =>
  `Microsoft sent ${rows === 1 ? 'a row that has' : `${rows} rows that have`} no id and cannot be read: left out`;
/** The order that pages go on by is not there. */
export const unordered = 'Microsoft does not list these newest first: a page that goes on from here may miss some';
/** Rows that went, and took the place with them. */
export const moved = 'Rows went while the list was read, and its place could not be found again: others may be missing';

/** A `$skip` beyond some is answered with nothing, though there are rows. */
export const hidden =
  'Microsoft shows nothing so far behind the start of the list, though rows are there: the list may be incomplete';
