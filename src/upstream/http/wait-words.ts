/**
 * How long a text says that one has to wait. M365D tells it in the body alone (api-terms), MDE in either place, and the
 * words are not documented: every form that was seen, or that is a usual way to say it, is a row here.
 */

const unitSeconds = {
  ms: 0.001,
  msec: 0.001,
  msecs: 0.001,
  millisecond: 0.001,
  milliseconds: 0.001,
  s: 1,
  sec: 1,
  secs: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  mins: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hr: 3600,
  hrs: 3600,
  hour: 3600,
  hours: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
} as const satisfies Readonly<Record<string, number>>;

const numberWords = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  sixty: 60,
} as const satisfies Readonly<Record<string, number>>;

const valueIn = (table: Readonly<Record<string, number>>, word: string): number | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;

const amountOf = (word: string): number | undefined =>
  /^\d/.test(word) ? Number(word.replaceAll(',', '')) : valueIn(numberWords, word);

/** One amount with its unit, and what joins it to the next: `1 hour and`, `5m`, `an hour`. */
const quantity = /^(\d[\d,]*(?:\.\d+)?|[a-z]+)[\s-]*\(?([a-z]+)\)?(?:\s*,?\s*(?:and\s+)?)/;

const quantitiesOf = (text: string): number | null => {
  let rest = text;
  let seconds: number | null = null;
  for (let match = quantity.exec(rest); match !== null; match = quantity.exec(rest)) {
    const amount = amountOf(match[1] ?? '');
    const unit = valueIn(unitSeconds, match[2] ?? '');
    if (amount === undefined || unit === undefined) break;
    seconds = (seconds ?? 0) + amount * unit;
    rest = rest.slice(match[0].length);
  }
  return seconds;
};

const partsOf = (match: RegExpExecArray, units: readonly number[]): number =>
  units.reduce((sum, unit, index) => sum + Number(match[index + 1] ?? 0) * unit, 0);

const isoForm = /^p(?=\d|t\d)(?:(\d+)d)?(?:t(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?)?(?![a-z\d])/;
/** `01:00:00`, `1.00:00:00`: how .NET prints a length of time. */
const clockForm = /^(?:(\d+)\.)?(\d{1,3}):(\d{2}):(\d{2}(?:\.\d+)?)/;

/** The length of time that a text (in small letters) begins with, in seconds. */
const lengthAt = (text: string): number | null => {
  for (const form of [isoForm, clockForm]) {
    const match = form.exec(text);
    if (match !== null) return partsOf(match, [86_400, 3600, 60, 1]);
  }
  return quantitiesOf(text);
};

/** A length, or a unit alone: `per hour`. */
const windowAt = (text: string): number | null =>
  lengthAt(text) ?? valueIn(unitSeconds, /^[a-z]+/.exec(text)?.[0] ?? '') ?? null;

/** A field in JSON or in words: `"retryAfter": 36`, `Retry-After: 36`, `retryAfterMs=500`. */
const retryAfterField =
  /retry[-_ ]?after(?:[-_ ]?(?:in)?[-_ ]?(seconds|secs|sec|s|ms|milliseconds))?\\?["']?\s*[:=]\s*\\?["']?/g;

/** Words after which a length of time is the wait. */
const about = '(?:about\\s+|approximately\\s+|around\\s+|at\\s+least\\s+|another\\s+|the\\s+next\\s+)?';
const explicitLeads = [
  new RegExp(
    `\\b(?:again|resum\\w*|retr(?:y|ies|ying)\\w*|wait\\w*|reset\\w*|renew\\w*|replenish\\w*|available|unblock\\w*|lifted|back\\s?off|blocked|throttled|continue)\\b[^.!?\\n]{0,60}?\\b(?:in|after|for|within)\\s+${about}`,
    'g',
  ),
  new RegExp(`\\b(?:wait\\w*|after|back\\s?off)\\s+${about}`, 'g'),
  new RegExp(`\\b(?:in|remaining|left)\\s*:?\\s+${about}(?=[^.]{1,40}\\b(?:again|retry|try)\\b)`, 'g'),
];

/** `36 seconds before you try again`. */
const lengthBefore = /(\d[\d.]{0,20}\s{0,3}[a-z]{1,20})\s+(?:before|until)\b/g;

/** Words after which a length of time is the window that a quota is counted in. */
const windowLead = /(?:\b(?:per|every|each)\s+|\bin\s+(?:the\s+)?(?:last|past|any)\s+|\bwithin\s+|[a-z\d]\s*\/\s*)/g;
const windowWords = { minutely: 60, hourly: 3600, daily: 86_400 } as const satisfies Readonly<Record<string, number>>;

const dateLead = '\\b(?:until|till|after|at|on|before|from|by)\\s*:?\\s+';
const dateForms = [
  // ISO 8601
  `(\\d{4}-\\d{2}-\\d{2}[t ]\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?)\\s*(z|utc|gmt|[+-]\\d{2}:?\\d{2})?`,
  // RFC 9110
  `(?:[a-z]{3,9},?\\s+)?(\\d{1,2}\\s+[a-z]{3,9}\\s+\\d{4}\\s+\\d{2}:\\d{2}(?::\\d{2})?)\\s*(z|utc|gmt|[+-]\\d{2}:?\\d{2})?`,
  // .NET's invariant form
  `(\\d{1,2}/\\d{1,2}/\\d{4}\\s+\\d{1,2}:\\d{2}(?::\\d{2})?(?:\\s?[ap]m)?)\\s*(z|utc|gmt|[+-]\\d{2}:?\\d{2})?`,
].map((form) => new RegExp(`${dateLead}${form}`, 'g'));

/** `at 14:05 UTC`: the next time that it is so late. */
const timeOfDay = new RegExp(`${dateLead}(\\d{1,2}):(\\d{2})(?::(\\d{2}))?\\s*(?:z|utc|gmt)\\b`);

const dayMs = 86_400_000;

const first = (text: string, leads: readonly RegExp[], lengthOf: (rest: string) => number | null): number | null => {
  for (const lead of leads) {
    for (const match of text.matchAll(lead)) {
      const seconds = lengthOf(text.slice(match.index + match[0].length));
      if (seconds !== null) return seconds;
    }
  }
  return null;
};

const fieldOf = (text: string): number | null => {
  for (const match of text.matchAll(retryAfterField)) {
    const rest = text.slice(match.index + match[0].length);
    const amount = /^\d+(?:\.\d+)?(?=["'\\\s,;.})]|$)/.exec(rest)?.[0];
    if (amount !== undefined && !/^\d+(?:\.\d+)?\s*[a-z]/.test(rest))
      return Number(amount) * (match[1]?.startsWith('m') === true ? 0.001 : 1);
    const length = lengthAt(rest);
    if (length !== null) return length;
  }
  return null;
};

/** Without a zone it is UTC, as Microsoft's services print times. */
const dateOf = (text: string, nowMs: number): number | null => {
  for (const form of dateForms) {
    for (const [, date = '', zone] of text.matchAll(form)) {
      const named = zone === undefined || /^[zug]/.test(zone) ? 'Z' : zone;
      const ms = Date.parse(
        date.includes('-') ? `${date.replace(' ', 'T')}${named}`.toUpperCase() : `${date} ${named}`,
      );
      if (ms > nowMs) return (ms - nowMs) / 1000;
    }
  }
  const [, hour, minute, second = '0'] = timeOfDay.exec(text) ?? [];
  if (hour === undefined || minute === undefined) return null;
  const today = Math.floor(nowMs / dayMs) * dayMs + (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000;
  return ((today > nowMs ? today : today + dayMs) - nowMs) / 1000;
};

/** The shortest of the windows named: which of them is full is not said, and one call tells. */
const windowOf = (text: string): number | null => {
  const lengths = [...text.matchAll(windowLead)].flatMap((match) => {
    const seconds = windowAt(text.slice(match.index + match[0].length));
    return seconds === null || seconds === 0 ? [] : [seconds];
  });
  const words = Object.entries(windowWords).flatMap(([word, seconds]) =>
    new RegExp(`\\b${word}\\b`).test(text) ? [seconds] : [],
  );
  const all = [...lengths, ...words];
  return all.length === 0 ? null : Math.min(...all);
};

/** More of a body than this says nothing new, and patterns are not run over megabytes. */
export const readCharacters = 4000;

const lettersOf = (body: string): string => body.slice(0, readCharacters).toLowerCase();

/** Seconds that a text says to wait: a wait in so many words, else a time; `null`: it does not say. */
export const waitInWords = (body: string, nowMs: number): number | null => {
  const text = lettersOf(body);
  const [, before] = lengthBefore.exec(text) ?? [];
  lengthBefore.lastIndex = 0;
  return (
    fieldOf(text) ??
    first(text, explicitLeads, lengthAt) ??
    (before === undefined ? null : quantitiesOf(before)) ??
    dateOf(text, nowMs)
  );
};

/** Seconds of the window of the quota that a text says is full; `null`: it names none. */
export const quotaWindowInWords = (body: string): number | null => windowOf(lettersOf(body));
