import { setOfApplication } from '../../../domain/indicator-sets.ts';
import {
  indicatorKey,
  isKnownIndicatorType,
  type KnownIndicatorType,
  readIndicatorValue,
} from '../../../domain/indicator-values.ts';
import { utcMoment } from '../../../domain/time.ts';
import { type GatewayError, InputError } from '../../../errors.ts';
import type { CommonIndicatorInput, IndicatorAction, NewIndicatorInput } from '../../../generated/inputs.ts';
import { checkCount, checkText, fault } from '../../check-input.ts';
import type { IndicatorTerms, WantedIndicator } from './terms.ts';

/** The pages say none; these are longer than people read. */
const maxTitle = 256;
const maxText = 4000;
const maxApplication = 100;
const maxGroups = 100;
const maxGroupName = 256;

/** indicators-overview.md: the actions of each type. */
const network: readonly IndicatorAction[] = ['ALLOWED', 'AUDIT', 'WARN', 'BLOCK'];
const file: readonly IndicatorAction[] = [...network, 'BLOCK_AND_REMEDIATE'];
const actionsOf = {
  FILE_SHA1: file,
  FILE_SHA256: file,
  FILE_MD5: file,
  CERTIFICATE_THUMBPRINT: ['ALLOWED', 'BLOCK_AND_REMEDIATE'],
  IP_ADDRESS: network,
  DOMAIN_NAME: network,
  URL: network,
} as const satisfies Record<KnownIndicatorType, readonly IndicatorAction[]>;

/** What callers give of an indicator besides its type and value. */
export type GivenTerms = CommonIndicatorInput;

/** Why terms are not sent at that moment (epoch milliseconds), though they may have been before; null: nothing speaks against it. */
export const overdue = ({ expirationTime }: IndicatorTerms, at: string, now: number): InputError | null =>
  expirationTime == null || Date.parse(expirationTime) > now
    ? null
    : fault(`${at}expirationTime`, 'is over already: it would never be met');

const groupsIn = (at: string, names: readonly string[]): readonly string[] => {
  if (names.length > maxGroups) throw fault(`${at}rbacGroupNames`, `has more than ${maxGroups} names`);
  const groups = names.map((name, index) => checkText(`${at}rbacGroupNames[${index}]`, name, maxGroupName));
  if (new Set(groups.map((name) => name.toLowerCase())).size < groups.length) {
    throw fault(`${at}rbacGroupNames`, 'names a group twice');
  }
  return groups;
};

const pageIn = (at: string, given: string): string => {
  const text = checkText(`${at}educateUrl`, given, maxText);
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return text;
  throw fault(`${at}educateUrl`, 'is not a URL of http or https');
};

const applicationIn = (at: string, given: string): string => {
  const text = checkText(`${at}application`, given, maxApplication);
  if (setOfApplication(text) === null) return text;
  throw fault(`${at}application`, 'is that of a set: applyIndicators makes it');
};

/** Reads terms one by one. Throws `BAD_USER_INPUT`. `at`: where they stand in the input, e.g. `indicators[3].`. */
export const readTerms = (given: GivenTerms, at: string): IndicatorTerms => {
  const { action, severity, title, description, expirationTime, recommendedActions } = given;
  const { rbacGroupNames, generateAlert, educateUrl, application } = given;
  if (action === 'UNKNOWN') throw fault(`${at}action`, 'cannot be UNKNOWN');
  if (severity === 'UNKNOWN') throw fault(`${at}severity`, 'cannot be UNKNOWN');
  return {
    ...(action != null && { action }),
    ...(title != null && { title: checkText(`${at}title`, title, maxTitle) }),
    ...(description != null && { description: checkText(`${at}description`, description, maxText) }),
    ...(severity != null && { severity }),
    ...(expirationTime !== undefined && {
      expirationTime: expirationTime === null ? null : (utcMoment(expirationTime) ?? expirationTime),
    }),
    ...(recommendedActions !== undefined && {
      recommendedActions:
        recommendedActions === null ? null : checkText(`${at}recommendedActions`, recommendedActions, maxText),
    }),
    ...(rbacGroupNames != null && { rbacGroupNames: groupsIn(at, rbacGroupNames) }),
    ...(generateAlert != null && { generateAlert }),
    ...(educateUrl != null && { educateUrl: pageIn(at, educateUrl) }),
    ...(application != null && { application: applicationIn(at, application) }),
  };
};

/** Throws `BAD_USER_INPUT` for terms that do not go together with each other, or with the type. */
export const checkTogether = (
  type: KnownIndicatorType,
  {
    action,
    generateAlert,
    educateUrl,
  }: Pick<IndicatorTerms, 'generateAlert' | 'educateUrl'> & { readonly action: IndicatorAction },
  at: string,
): void => {
  const allowed: readonly IndicatorAction[] = actionsOf[type];
  if (action !== 'UNKNOWN' && !allowed.includes(action)) {
    throw fault(`${at}action`, `${action} is not taken for ${type}: it can be ${allowed.join(', ')}`);
  }
  // post-ti-indicator.md: "must be set to TRUE when creating an action with Audit".
  if (action === 'AUDIT' && generateAlert === false) throw fault(`${at}generateAlert`, 'cannot be false with AUDIT');
  if (educateUrl !== undefined && !(type === 'URL' && (action === 'BLOCK' || action === 'WARN'))) {
    throw fault(`${at}educateUrl`, 'is for URLs with BLOCK or WARN alone');
  }
};

/** What each has that does not say otherwise; null is a word of its own only where it takes something away. */
const withCommon = (given: NewIndicatorInput, common: GivenTerms): GivenTerms => {
  const own = Object.entries(given).filter(
    ([field, value]) =>
      value !== undefined && (value !== null || field === 'expirationTime' || field === 'recommendedActions'),
  );
  return { ...common, ...Object.fromEntries(own) };
};

/** One new indicator, checked as far as can be without asking Microsoft. Throws `BAD_USER_INPUT`. */
const readNew = (given: NewIndicatorInput, common: GivenTerms, at: string): WantedIndicator => {
  const { indicatorType: type } = given;
  if (!isKnownIndicatorType(type)) throw fault(`${at}indicatorType`, 'cannot be UNKNOWN');
  const read = readIndicatorValue(type, given.indicatorValue);
  if ('fault' in read) throw fault(`${at}indicatorValue`, read.fault);
  const terms = readTerms(withCommon(given, common), at);
  const { action, title, description } = terms;
  if (action === undefined) throw fault(`${at}action`, 'is missing');
  if (title === undefined) throw fault(`${at}title`, 'is missing');
  if (description === undefined) throw fault(`${at}description`, 'is missing');
  checkTogether(type, { ...terms, action }, at);
  const isAudit = action === 'AUDIT' && terms.generateAlert === undefined;
  return {
    indicatorType: type,
    indicatorValue: read.value,
    terms: isAudit ? { ...terms, generateAlert: true } : terms,
  };
};

/** One indicator of an input: as it should be, or why it cannot be. `name`: what its results are told by. */
export interface ReadIndicator {
  readonly name: string;
  readonly given: Pick<NewIndicatorInput, 'indicatorType' | 'indicatorValue'>;
  readonly wanted: WantedIndicator | null;
  /** Why it cannot be; null: it can. */
  readonly error: GatewayError | null;
  /** Why it is not sent now; null: nothing speaks against it. */
  readonly against: GatewayError | null;
}

/**
 * Reads the indicators of an input, each with its own fault. Throws `BAD_USER_INPUT` where there is none, where there are more
 * than `most`, and where one stands twice with other words: which of them is meant nobody can tell. `now`: epoch milliseconds.
 */
export const readIndicators = (
  input: { readonly indicators: readonly NewIndicatorInput[]; readonly common?: GivenTerms | null | undefined },
  { most, limit, now }: { readonly most: number; readonly limit: string; readonly now: number },
): readonly ReadIndicator[] => {
  const { indicators, common } = input;
  checkCount('indicators', indicators.length, most, limit, 'give');
  const first = new Map<string, { readonly index: number; readonly words: string }>();
  return indicators.map((given, index): ReadIndicator => {
    const at = `indicators[${index}].`;
    try {
      const wanted = readNew(given, common ?? {}, at);
      const name = indicatorKey(wanted);
      const words = JSON.stringify(wanted);
      const before = first.get(name);
      if (before === undefined) first.set(name, { index, words });
      else if (before.words !== words) throw new TwiceError(before.index, index);
      return { name, given, wanted, error: null, against: overdue(wanted.terms, at, now) };
    } catch (thrown) {
      if (thrown instanceof TwiceError) throw thrown;
      if (!(thrown instanceof InputError)) throw thrown;
      // Each by itself: the others are done.
      const name = `${index} ${given.indicatorType} ${given.indicatorValue}`;
      return { name, given, wanted: null, error: thrown, against: null };
    }
  });
};

/** The same type and value with other words. */
class TwiceError extends InputError {
  constructor(first: number, second: number) {
    super(
      `indicators[${first}] and indicators[${second}] are one indicator for Defender, with other words: give it once`,
      { field: `indicators[${second}]` },
    );
  }
}
