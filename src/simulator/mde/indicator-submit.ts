import { type Body, oneOf, optionalText, optionalTexts, requiredText } from '../defender/body.ts';
import { DefenderFault } from '../defender/fault.ts';
import type { SimRequest } from '../http/types.ts';
import { comparableTime } from '../odata/time.ts';
import { isoTime } from '../world/times.ts';
import type { WorldIndicator } from '../world/types.ts';
import { checkIndicatorValue, indicatorActions, indicatorTypes } from './indicator-shape.ts';
import { callerName } from './route.ts';

/** Active indicators that a tenant may have. */
const maxIndicators = 15_000;

const severities = ['Informational', 'Low', 'Medium', 'High'] as const;

/** Creates an indicator, or updates the one with the same value and type (post-ti-indicator.md). */
export function submitIndicator(request: SimRequest, body: Body): WorldIndicator {
  const indicatorType = oneOf(requiredText(body, 'indicatorType'), 'indicatorType', indicatorTypes);
  const indicatorValue = requiredText(body, 'indicatorValue');
  checkIndicatorValue(indicatorType, indicatorValue);
  const wanted = readWanted(body);
  const { indicators } = request.tenant;
  const at = isoTime(request.now.getTime());
  const caller = callerName(request);
  const known = indicators.find(
    (one) => one.indicatorType === indicatorType && one.indicatorValue.toLowerCase() === indicatorValue.toLowerCase(),
  );
  if (known !== undefined) return Object.assign(known, wanted, { updatedAt: at, lastUpdatedBy: caller });

  if (indicators.length >= maxIndicators) {
    throw new DefenderFault('InvalidInput', `The tenant already has ${maxIndicators} indicators.`);
  }
  const indicator: WorldIndicator = {
    ...wanted,
    id: Math.max(0, ...indicators.map(({ id }) => id)) + 1,
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
  return indicator;
}

/** What an update may change. `application` is honoured on creation alone. */
function readWanted(body: Body) {
  const action = oneOf(requiredText(body, 'action'), 'action', indicatorActions);
  const severity = optionalText(body, 'severity');
  const expires = optionalText(body, 'expirationTime');
  if (expires !== undefined && comparableTime(expires) === null) {
    throw new DefenderFault('InvalidInput', `'${expires}' is not a time.`);
  }
  const generateAlert = body.generateAlert === true;
  if (action === 'Audit' && !generateAlert) {
    throw new DefenderFault('InvalidInput', 'generateAlert must be true for the action Audit.');
  }
  return {
    action,
    title: requiredText(body, 'title'),
    description: requiredText(body, 'description'),
    severity: severity === undefined ? null : oneOf(severity, 'severity', severities),
    expiresAt: expires ?? null,
    recommendedActions: optionalText(body, 'recommendedActions') ?? null,
    rbacGroupNames: optionalTexts(body, 'rbacGroupNames') ?? [],
    generateAlert,
  };
}
