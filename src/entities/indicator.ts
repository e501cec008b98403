import { severities } from '../domain/enums.ts';
import { applicationOfSet, setNameForm } from '../domain/indicator-sets.ts';
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
import { isOfValue, spellingsOf } from './indicators-of-values.ts';
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

const value: FilterRow<readonly string[], Indicator> = {
  meets: (indicator, values) => values.some((each) => isOfValue(indicator, each)),
  push: {
    // Of several values an answer with some rows would not prove that the others have none in another spelling.
    mde: ([only, ...others]) =>
      only === undefined || others.length > 0
        ? null
        : [anyOf(spellingsOf(only).map((each) => compareText('indicatorValue', 'eq', each)))],
  },
  isGuess: true,
  check: (values, field) => {
    if (values.length === 0) throw new InputError(`${field}: an empty list is met by nothing; leave it out`, { field });
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
  set: sameText(
    ({ set }: Indicator) => set,
    { mde: (name) => guessed('application')(applicationOfSet(name)) },
    (name, field) => {
      if (!setNameForm.test(name)) throw new InputError(`${field} is no name of a set`, { field });
    },
  ),
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
    meets: ({ rbacGroupNames }: Indicator, name: string) =>
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
