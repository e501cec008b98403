import { z } from 'zod';
import { type OddityName, oddities } from './table.ts';

const names = z.array(z.string()).readonly();
const limit = z.int().nonnegative().nullable();

/** What each oddity may be set to; the compiler asks for every one of the table. */
const shape = {
  skipAbove500: z.enum(oddities.skipAbove500.of),
  nextLink: z.enum(oddities.nextLink.of),
  emptyPages: z.boolean(),
  topOfAll: z.boolean(),
  listCount: z.enum(oddities.listCount.of),
  expandFailsAbove: limit,
  expandFailsForAlerts: limit,
  alertsNextLink: limit,
  machineAlertsLink: limit,
  guidsUnquoted: z.boolean(),
  inList: z.enum(oddities.inList.of),
  doubleQuotesRefused: z.boolean(),
  filterRefused: names,
  idsRefused: names,
  exportedRows: limit,
  requestIdsInBody: z.boolean(),
  throttleSays: z.enum(oddities.throttleSays.of),
  forbidden: z.enum(oddities.forbidden.of),
  secondAction: z.enum(oddities.secondAction.of),
  alreadyInEffect: z.enum(oddities.alreadyInEffect.of),
  actionsAnswered: z.enum(oddities.actionsAnswered.of),
  failedCommand: z.enum(oddities.failedCommand.of),
  scriptReports: z.enum(oddities.scriptReports.of),
  actionsListedAfter: limit,
  oldReads: names,
  listedComments: z.enum(oddities.listedComments.of),
  commentsNotFound: z.boolean(),
  packageMegabytes: limit,
  investigationAlerts: z.boolean(),
  libraryNameTaken: z.enum(oddities.libraryNameTaken.of),
  alertFlagUnshown: z.boolean(),
  zonelessTimes: z.boolean(),
  newerWords: z.boolean(),
  bigInts: z.boolean(),
  dynamicText: z.boolean(),
  batchPartsMissing: z.boolean(),
  repeatsAtBorder: z.boolean(),
  shortPages: limit,
  varyingPages: z.boolean(),
  rowsGo: limit,
  urlLimit: z.enum(oddities.urlLimit.of),
  htmlNotFound: names,
  entraPassing: z.boolean(),
  truncatedJson: z.boolean(),
} as const satisfies Record<OddityName, z.ZodType>;

const valuesSchema = z.strictObject(shape).readonly();
/** Changes as they come over HTTP. */
export const oddityChangesSchema = z.strictObject(shape).partial().readonly();

/** How every oddity stands. */
export type OddityValues = z.infer<typeof valuesSchema>;
/** Which oddities to change, and to what. */
export type OddityChanges = z.infer<typeof oddityChangesSchema>;

const profileNames = ['mild', 'hard'] as const;
/** `mild` is the default; `hard` has all that can be on together. */
export type Profile = (typeof profileNames)[number];
export const isProfile = (text: string): text is Profile => profileNames.some((name) => name === text);

const ofProfile = (profile: Profile): OddityValues =>
  valuesSchema.parse(Object.fromEntries(Object.entries(oddities).map(([name, row]) => [name, row[profile]])));

/** How the oddities stand in each profile. */
export const profiles: Readonly<Record<Profile, OddityValues>> = { mild: ofProfile('mild'), hard: ofProfile('hard') };

/** The values with some of them changed. @throws ZodError */
export const withChanges = (values: OddityValues, changes: OddityChanges): OddityValues => {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return valuesSchema.parse({ ...values, ...Object.fromEntries(given) });
};

const isName = (text: string): text is OddityName => Object.hasOwn(oddities, text);

/** The value that a text stands for, by the kind of the oddity. */
const valueFrom = (name: OddityName, text: string | undefined): unknown => {
  switch (oddities[name].kind) {
    case 'switch':
      return text === undefined || text === 'true' ? true : text === 'false' ? false : text;
    case 'limit':
      return text === undefined ? (oddities[name].hard ?? 10) : text === 'null' ? null : Number(text);
    case 'choice':
      return text ?? oddities[name].hard;
    case 'names':
      return text?.split(',') ?? [];
  }
};

/**
 * A change as the command line writes it: `NAME` switches on, `NAME=VALUE` sets; names are separated by commas.
 * @throws Error for a name that the table does not have, ZodError for a value that does not fit.
 */
export const readOddity = (text: string): OddityChanges => {
  const [name = '', ...rest] = text.split('=');
  if (!isName(name)) throw new Error(`There is no oddity ${name}; there are ${Object.keys(oddities).join(', ')}`);
  return oddityChangesSchema.parse({ [name]: valueFrom(name, rest.length === 0 ? undefined : rest.join('=')) });
};
