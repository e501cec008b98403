import { indicators } from '../../microsoft/mde/indicators.ts';
import { acknowledged } from '../answers.ts';
import { action, call, type Kind } from '../call.ts';
import { isRecord, MalformedAnswerError } from '../http/shape.ts';

/** import-ti-indicators.md, batch-delete-ti-indicators.md: the most of one call. */
export const indicatorsPerCall = 500;

/** An indicator in MDE's words. post-ti-indicator.md */
export interface MdeIndicatorBody {
  readonly indicatorValue: string;
  readonly indicatorType: string;
  readonly action: string;
  readonly title: string;
  readonly description: string;
  readonly application?: string;
  readonly expirationTime?: string | null;
  readonly severity?: string;
  readonly recommendedActions?: string | null;
  readonly rbacGroupNames?: readonly string[];
  readonly educateUrl?: string;
  readonly generateAlert?: boolean;
}

/** What became of one row of an import. */
export interface MdeImportRow {
  readonly id: string | null;
  readonly indicator: string;
  readonly isFailed: boolean;
  readonly failureReason: string | null;
}

interface WithId {
  readonly id: string | number;
}

const indicator: Kind<WithId> = {
  one: 'an indicator',
  many: 'indicators',
  is: (value): value is WithId => isRecord(value) && (typeof value.id === 'string' || typeof value.id === 'number'),
};

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null;

/** The rows that say which indicator they are about and whether it failed; others count as not answered. */
const readImport = (body: unknown): readonly MdeImportRow[] => {
  if (!isRecord(body) || !Array.isArray(body.value)) throw new MalformedAnswerError('a list of import results');
  return body.value.flatMap((row: unknown): MdeImportRow[] =>
    isRecord(row) && typeof row.indicator === 'string' && typeof row.isFailed === 'boolean'
      ? [
          {
            id: textOf(row.id),
            indicator: row.indicator,
            isFailed: row.isFailed,
            failureReason: textOf(row.failureReason),
          },
        ]
      : [],
  );
};

/** Makes one indicator, or changes the one of its type and value; `null` when it is done but the answer is empty. */
export const submitIndicator = (body: MdeIndicatorBody) => action(indicators.submitIndicator, {}, indicator, body);

/** The same for at most 500; `null` when the answer is empty, which tells nothing of any. */
export const importIndicators = (bodies: readonly MdeIndicatorBody[]) =>
  call(indicators.importIndicators, {}, { parse: acknowledged(readImport) }, { body: { Indicators: bodies } });

/** Deletes one. */
export const deleteIndicator = (id: string) => call(indicators.deleteIndicator, { id }, { parse: () => null });

/** Deletes at most 500: all of them, or none where one cannot be. */
export const batchDeleteIndicators = (ids: readonly string[]) =>
  call(indicators.batchDeleteIndicators, {}, { parse: () => null }, { body: { IndicatorIds: ids } });
