import type { KnownIndicatorType } from '../domain/indicator-values.ts';
import type { Severity } from '../generated/inputs.ts';
import { type IndicatorAction, toIndicators } from '../unification/words/indicators.ts';
import { toMde } from '../unification/words/mde.ts';
import type { MdeIndicatorBody } from '../upstream/mde/indicators.ts';

/** What an indicator should be like. What is absent is not spoken of: not set, or left as it is. */
export interface IndicatorTerms {
  readonly action?: Exclude<IndicatorAction, 'UNKNOWN'>;
  readonly title?: string;
  readonly description?: string;
  readonly severity?: Exclude<Severity, 'UNKNOWN'>;
  /** Null: never. */
  readonly expirationTime?: string | null;
  /** Null: none. */
  readonly recommendedActions?: string | null;
  /** Empty: all devices. */
  readonly rbacGroupNames?: readonly string[];
  readonly generateAlert?: boolean;
  /** Microsoft does not show it again. */
  readonly educateUrl?: string;
  /** Kept from when an indicator is made; a change does not touch it. */
  readonly application?: string;
}

/** An indicator as it should be, its value in the form in which it is sent. */
export interface WantedIndicator {
  readonly indicatorType: KnownIndicatorType;
  readonly indicatorValue: string;
  readonly terms: IndicatorTerms;
}

/** An indicator as a tenant has it, as far as a change of it sends that again. */
export interface KnownIndicator {
  readonly indicatorValue: string;
  readonly action: IndicatorAction;
  /** As Microsoft sent it. */
  readonly actionName: string | null;
  readonly severity: Severity;
  readonly title: string | null;
  readonly description: string | null;
  readonly recommendedActions: string | null;
  readonly generateAlert: boolean | null;
  readonly expirationTime: string | null;
  readonly rbacGroupNames: readonly string[];
}

/** Microsoft's word for a severity; null: the indicator has none, or one that no call takes. */
const severityWord = (severity: Severity): string | null => (severity === 'UNKNOWN' ? null : toMde.severity(severity));

/**
 * What is sent for an indicator, whole: with what it has now of which nothing is said, for no page tells whether Microsoft keeps
 * what is left out. A word of before 2022 becomes that of today, since the old ones are taken no more.
 */
export const bodyOf = (
  { indicatorType, indicatorValue, terms }: WantedIndicator,
  now: KnownIndicator | null,
): MdeIndicatorBody => {
  const action = terms.action ?? now?.action ?? 'UNKNOWN';
  const severity = severityWord(terms.severity ?? now?.severity ?? 'UNKNOWN');
  const generateAlert = terms.generateAlert ?? (action === 'AUDIT' ? true : now?.generateAlert);
  const expirationTime = terms.expirationTime === undefined ? now?.expirationTime : terms.expirationTime;
  const recommended = terms.recommendedActions === undefined ? now?.recommendedActions : terms.recommendedActions;
  return {
    indicatorValue: now?.indicatorValue ?? indicatorValue,
    indicatorType: toIndicators.type(indicatorType) ?? indicatorType,
    action: toIndicators.action(action) ?? now?.actionName ?? action,
    title: terms.title ?? now?.title ?? '',
    description: terms.description ?? now?.description ?? '',
    ...(expirationTime !== undefined && { expirationTime }),
    ...(severity !== null && { severity }),
    ...(recommended !== undefined && { recommendedActions: recommended }),
    rbacGroupNames: terms.rbacGroupNames ?? now?.rbacGroupNames ?? [],
    ...(generateAlert != null && { generateAlert }),
    ...(terms.educateUrl !== undefined && { educateUrl: terms.educateUrl }),
    ...(terms.application !== undefined && now === null && { application: terms.application }),
  };
};
