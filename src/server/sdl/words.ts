/** How sentences name a type: `MachineAction` is a "machine action", many are "machine actions". */
export interface Noun {
  readonly one: string;
  readonly many: string;
}

/** The noun of a type whose name says it. */
export const nounOf = (typeName: string, one: string = wordsOf(typeName)): Noun => ({ one, many: pluralOf(one) });

const wordsOf = (typeName: string): string => typeName.replace(/(?<=[a-z])[A-Z]/g, ' $&').toLowerCase();

const pluralOf = (noun: string): string => (/[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`);

/** The noun with its article, at the beginning of a sentence. */
export const withArticle = (noun: string): string => `${/^[aeiou]/i.test(noun) ? 'An' : 'A'} ${noun}`;

/** The name of a field for one of a type: `machineAction`. */
export const fieldNameOf = (typeName: string): string => `${typeName.charAt(0).toLowerCase()}${typeName.slice(1)}`;
