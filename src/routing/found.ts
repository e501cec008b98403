/** What was found, in the domain's form; failures pass. */
export const mapFound = <W, T>(
  found: ReadonlyMap<string, W | Error>,
  toDomain: (wire: W) => T,
): Map<string, T | Error> => {
  const mapped = new Map<string, T | Error>();
  for (const [id, wire] of found) mapped.set(id, wire instanceof Error ? wire : toDomain(wire));
  return mapped;
};
