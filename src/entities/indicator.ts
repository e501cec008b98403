import { severities } from '../domain/enums.ts';
import { applicationOfSet, setNameForm } from '../domain/indicator-sets.ts';
import { isOnOneOf, spellingsOf } from '../domain/indicator-values.ts';
import { compareTimes } from '../domain/time.ts';
import { InputError } from '../errors.ts';
import type { IndicatorFilter } from '../generated/inputs.ts';
import {
  amongWords,
  containsText,
  type FilterRow,
  type FilterRows,
  type PushedForms,
  sameText,
  since,
  until,
} from '../routing/filters/rows.ts';
import { isTrue } from '../routing/filters/value-rows.ts';
import { type IndicatorAction, storedActionWords, toIndicators } from '../unification/words/indicators.ts';
import { toMde } from '../unification/words/mde.ts';
import { anyOf, compareFlag, compareText } from '../upstream/http/odata.ts';
import { byPermissionAlone, entity } from './entity.ts';
import type { Indicator } from './indicator-fields.ts';
import { indicatorReads } from './indicator-reads.ts';
import { checkedBy } from './mde-entity.ts';
import { rankOf } from './orders.ts';

/** ti-indicator.md: digits, as text. */
export const indicatorId = { field: 'indicatorId', form: /^(?!\.+$)[\w.-]{1,100}$/, says: 'digits' } as const;
const idOf = ({ indicatorId: id }: Indicator): string => id;

const created = ({ creationTime }: Indicator) => creationTime;
const expires = ({ expirationTime }: Indicator) => expirationTime;

/** A text as it was given, which Microsoft may keep in another case. */
const guessed =
  (property: string) =>
  (value: string): PushedForms => [compareText(property, 'eq', value)];

/** A filter's values are read as one goes through the rows: more would keep others waiting. */
const maxValues = 10_000;

const value: FilterRow<readonly string[], Indicator> = {
  meets: isOnOneOf,
  push: {
    // Of several values an answer with some rows would not prove that the others have none in another spelling.
    mde: ([only, ...others]) => {
      const spellings = only === undefined || others.length > 0 ? null : spellingsOf(only);
      return spellings === null ? null : [anyOf(spellings.map((each) => compareText('indicatorValue', 'eq', each)))];
    },
  },
  isGuess: true,
  check: (values, field) => {
    if (values.length === 0) throw new InputError(`${field}: an empty list is met by nothing; leave it out`, { field });
    if (values.length > maxValues)
      throw new InputError(`${field} has ${values.length} values; ${maxValues} are looked for at once`, { field });
  },
};

const action: FilterRow<readonly IndicatorAction[], Indicator> = {
  ...amongWords(({ action: word }: Indicator) => word, {}),
  push: {
    mde: (actions) =>
      actions.includes('UNKNOWN')
        ? null
        : [anyOf(actions.flatMap(storedActionWords).map((word) => compareText('action', 'eq', word)))],
  },
};

/** get-ti-indicators-collection.md */
const rows = {
  indicatorType: amongWords(({ indicatorType }: Indicator) => indicatorType, {
    mde: ['indicatorType', toIndicators.type],
  }),
  indicatorValue: value,
  action,
  severity: amongWords(({ severity }: Indicator) => severity, { mde: ['severity', toMde.severity] }),
  application: {
    ...sameText(({ application }: Indicator) => application, { mde: guessed('application') }),
    isGuess: true,
  },
  // Sets are told apart by case too.
  set: {
    meets:
      (name: string) =>
      ({ set }: Indicator) =>
        set === name,
    push: { mde: (name: string) => guessed('application')(applicationOfSet(name)) },
    check: (name: string, field: string) => {
      if (!setNameForm.test(name)) throw new InputError(`${field} is no name of a set`, { field });
    },
  },
  titleContains: containsText(({ title }: Indicator) => title),
  createdBy: {
    ...sameText(({ createdBy }: Indicator) => createdBy, { mde: guessed('createdBy') }),
    isGuess: true,
  },
  generateAlert: {
    ...isTrue(({ generateAlert }: Indicator) => generateAlert),
    push: { mde: (flag: boolean): PushedForms => [compareFlag('generateAlert', flag)] },
  },
  rbacGroupName: {
    meets:
      (name: string) =>
      ({ rbacGroupNames }: Indicator) =>
        rbacGroupNames.some((each) => each.toLowerCase() === name.toLowerCase()),
    push: {},
  },
  createdAfter: since(created, { mde: 'creationTimeDateTimeUtc' }),
  createdBefore: until(created, { mde: 'creationTimeDateTimeUtc' }),
  expiresAfter: since(expires, { mde: 'expirationTime' }),
  expiresBefore: until(expires, { mde: 'expirationTime' }),
} satisfies FilterRows<IndicatorFilter, Indicator>;

const bySeverity = rankOf(severities);

/** The row of the table of entities. */
export const indicators = entity({
  type: 'Indicator',
  id: indicatorId,
  idOf,
  permission: 'indicator:read',
  visible: byPermissionAlone,
  reads: indicatorReads<IndicatorFilter>(rows),
  timeOf: null,
  orders: {
    CREATION_TIME: (a: Indicator, b: Indicator) => compareTimes(a.creationTime, b.creationTime),
    LAST_UPDATE_TIME: (a: Indicator, b: Indicator) => compareTimes(a.lastUpdateTime, b.lastUpdateTime),
    EXPIRATION_TIME: (a: Indicator, b: Indicator) => compareTimes(a.expirationTime, b.expirationTime),
    SEVERITY: (a: Indicator, b: Indicator) => bySeverity(a.severity, b.severity),
  },
  check: checkedBy<IndicatorFilter, Indicator>(rows),
});
