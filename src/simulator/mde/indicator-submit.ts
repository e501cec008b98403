import { type Body, oneOf, optionalText, optionalTexts, requiredText } from '../defender/body.ts';
import { DefenderFault } from '../defender/fault.ts';
import type { SimRequest } from '../http/types.ts';
import { comparableTime } from '../odata/time.ts';
import { isoTime } from '../world/times.ts';
import type { WorldIndicator } from '../world/types.ts';
import {
  checkIndicatorAction,
  checkIndicatorValue,
  groupNames,
  type IndicatorType,
  indicatorActions,
  indicatorTypes,
} from './indicator-shape.ts';
import { callerName } from './route.ts';

/** Active indicators that a tenant may have. */
const maxIndicators = 15_000;

const severities = ['Informational', 'Low', 'Medium', 'High'] as const;

/** What a call knows of the tenant's indicators: looked through once, however many rows it has. */
export interface KnownIndicators {
  readonly byKey: Map<string, WorldIndicator>;
  readonly groups: ReadonlySet<string>;
  /** How many are active, and the id of the next one. */
  active: number;
  nextId: number;
}

const keyOf = (type: string, value: string): string => `${type} ${value.toLowerCase()}`;

/** Whether an indicator still stands: what has ended is no longer listed, and counts no more. */
export const isActive = ({ expiresAt }: Pick<WorldIndicator, 'expiresAt'>, now: Date): boolean =>
  expiresAt === null || Date.parse(expiresAt) > now.getTime();

export function knownIndicators({ tenant, now }: Pick<SimRequest, 'tenant' | 'now'>): KnownIndicators {
  const active = tenant.indicators.filter((one) => isActive(one, now));
  return {
    byKey: new Map(active.map((one) => [keyOf(one.indicatorType, one.indicatorValue), one])),
    groups: groupNames(tenant),
    active: active.length,
    nextId: tenant.indicators.reduce((most, { id }) => Math.max(most, id), 0) + 1,
  };
}

/** Creates an indicator, or updates the one with the same value and type (post-ti-indicator.md). */
export function submitIndicator(request: SimRequest, body: Body, known: KnownIndicators): WorldIndicator {
  const indicatorType = oneOf(requiredText(body, 'indicatorType'), 'indicatorType', indicatorTypes);
  const indicatorValue = requiredText(body, 'indicatorValue');
  checkIndicatorValue(indicatorType, indicatorValue);
  const wanted = readWanted(body, indicatorType, request.now, known.groups);
  const { indicators } = request.tenant;
  const at = isoTime(request.now.getTime());
  const caller = callerName(request);
  const there = known.byKey.get(keyOf(indicatorType, indicatorValue));
  if (there !== undefined) return Object.assign(there, wanted, { updatedAt: at, lastUpdatedBy: caller });

  if (known.active >= maxIndicators) {
    throw new DefenderFault('InvalidInput', `The tenant already has ${maxIndicators} indicators.`);
  }
  const indicator: WorldIndicator = {
    ...wanted,
    id: known.nextId,
    indicatorType,
    indicatorValue,
    application: optionalText(body, 'application') ?? null,
    externalId: optionalText(body, 'externalId') ?? null,
    createdBy: caller,
    createdByKind: request.principal.kind === 'app' ? 'AadApp' : 'User',
    lastUpdatedBy: null,
    createdAt: at,
    updatedAt: at,
  };
  indicators.push(indicator);
  known.byKey.set(keyOf(indicatorType, indicatorValue), indicator);
  known.active += 1;
  known.nextId += 1;
  return indicator;
}

/** What an update may change. `application` is honoured on creation alone. */
function readWanted(body: Body, type: IndicatorType, now: Date, groups: ReadonlySet<string>) {
  const action = oneOf(requiredText(body, 'action'), 'action', indicatorActions);
  checkIndicatorAction(type, action);
  const severity = optionalText(body, 'severity');
  const expires = optionalText(body, 'expirationTime');
  if (expires !== undefined && comparableTime(expires) === null) {
    throw new DefenderFault('InvalidInput', `'${expires}' is not a time.`);
  }
  if (expires !== undefined && Date.parse(expires) <= now.getTime()) {
    throw new DefenderFault('InvalidInput', 'The expiration time is in the past.');
  }
  const generateAlert = body.generateAlert === true;
  if (action === 'Audit' && !generateAlert) {
    throw new DefenderFault('InvalidInput', 'generateAlert must be true for the action Audit.');
  }
  const rbacGroupNames = optionalTexts(body, 'rbacGroupNames') ?? [];
  const stranger = rbacGroupNames.find((name) => !groups.has(name));
  if (stranger !== undefined) throw new DefenderFault('InvalidInput', `There is no device group '${stranger}'.`);
  const educateUrl = optionalText(body, 'educateUrl');
  if (educateUrl !== undefined && !(type === 'Url' && (action === 'Block' || action === 'Warn'))) {
    throw new DefenderFault('InvalidInput', 'educateUrl is supported for Block and Warn of URL indicators.');
  }
  return {
    action,
    title: requiredText(body, 'title'),
    description: requiredText(body, 'description'),
    severity: severity === undefined ? null : oneOf(severity, 'severity', severities),
    expiresAt: expires ?? null,
    recommendedActions: optionalText(body, 'recommendedActions') ?? null,
    rbacGroupNames,
    generateAlert,
  };
}
