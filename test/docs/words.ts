/** Words of our own, and what the trade calls them (docs/glossary.md). */
export interface BannedWord {
  readonly word: RegExp;
  readonly instead: string;
}

/** In pages, descriptions and help. */
export const bannedInProse: readonly BannedWord[] = [
  { word: /\b(?:he|his|him|himself)\b/i, instead: 'they, their' },
  { word: /\bact(?:s|ed)?\b/i, instead: 'action' },
  { word: /\bsights?\b/i, instead: 'visibility' },
  { word: /\bfates?\b/i, instead: 'outcome' },
  { word: /\bturns?\b/i, instead: 'queue; change, switch' },
  { word: /\berrands?\b/i, instead: 'job' },
  { word: /\bmend(?:s|ed|ing)?\b/i, instead: 'fix' },
  { word: /(?<!\baudit )\btrails?\b/i, instead: 'audit trail' },
  { word: /\btruths?\b/i, instead: 'state, outcome' },
  { word: /\btake-ups?\b/i, instead: 'reconciliation' },
  { word: /\breckon(?:s|ed|ing)?\b/i, instead: 'compute' },
];

const capital = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

/** A word by itself or as a part of a name: `act`, `actId`, `tenantAct`, `interrupted_acts`; not `fact`, `active`, `React`. */
const inNames = (word: string, ends = 's?', notBehind = ''): RegExp =>
  new RegExp(
    `${notBehind}(?<![A-Za-z])(?:${word}|${capital(word)})(?:${ends})(?![a-z])|(?<=[a-z\\d])${capital(word)}(?:${ends})(?![a-z])`,
  );

/** Behind these it is the verb: who acts, what may be acted on. */
const actors = '(?<!\\b(?:[Ww]ho|[Ww]hoever|may|can|to|they|it) )';

/** In code, comments, tests, the SDL and whatever else has names. `turn` is a word of every loop, and wrong of a queue alone. */
export const bannedInCode: readonly BannedWord[] = [
  { word: inNames('act', 's?', actors), instead: 'action' },
  { word: inNames('sight'), instead: 'visibility' },
  { word: inNames('fate'), instead: 'outcome' },
  { word: inNames('errand'), instead: 'job' },
  { word: inNames('mend', '|s|ed|ing'), instead: 'fix' },
  { word: inNames('truth'), instead: 'state, outcome; Boolean' },
  { word: inNames('reckon', '|s|ed|ing'), instead: 'compute' },
  { word: inNames('doer'), instead: 'caller' },
  { word: /\bwait(?:s|ed|ing)? (?:for|until) (?:its|their|a|the) turns?\b/i, instead: 'queue' },
  { word: /(?<!\baudit )(?<![\w-])trails?(?![\w-])/i, instead: 'audit trail' },
  { word: /\b(?:he|his|him|himself)\b/i, instead: 'they, their' },
];

/** Each line that has one of them, with the word to use. */
export const found = (place: string, text: string, banned: readonly BannedWord[]): readonly string[] =>
  text
    .split('\n')
    .flatMap((line, index) =>
      banned
        .filter(({ word }) => word.test(line))
        .map(({ word, instead }) => `${place}:${index + 1}: ${word.exec(line)?.[0]} (${instead}) in: ${line.trim()}`),
    );
