/** Edit distance with insertions, deletions, substitutions and swapped neighbours, one row at a time. */
const distance = (from: string, to: string): number => {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const substitution = (last[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const swap = swapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(substitution, swap, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
};

/** `; did you mean "x"?` for the known word nearest to `word`, or nothing when none is near. */
export const didYouMean = (word: string, known: readonly string[]): string => {
  const allowed = Math.max(1, Math.floor(word.length / 3));
  const ranked = known
    // No more edits could make one of the other; a long word costs nothing.
    .filter((candidate) => Math.abs(candidate.length - word.length) <= allowed)
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const nearest = ranked[0];
  return nearest !== undefined && nearest.edits <= allowed ? `; did you mean "${nearest.candidate}"?` : '';
};

/** `; did you mean "x"? There are x, y`, or `; there are x, y` where none is near: the end of a sentence about a wrong word. */
export const whatThereIs = (word: string, known: readonly string[]): string => {
  const nearest = didYouMean(word, known);
  return `${nearest === '' ? '; there are' : `${nearest} There are`} ${known.join(', ')}`;
};
