import type { TenantWorld, WorldIndicator } from '../../src/simulator/world/types.ts';
import { type ActionTarget, requestOf, wholeTarget } from './request.ts';

/** Indicators that are made, changed, deleted, and those of a set. */
export const indicatorRequests = (world: TenantWorld) => {
  const tenant = world.name;
  const [like] = world.indicators;
  if (like === undefined) throw new Error('The estate has no indicator');
  let made = 0;
  const newValue = (): string => {
    made += 1;
    return `fault-${String(made).padStart(5, '0')}.example`;
  };
  const wanted = (indicatorValue: string) => ({
    ...{ indicatorType: 'DOMAIN_NAME', indicatorValue, action: 'BLOCK' },
    ...{ title: 'Beaconing', description: 'Found by hunting' },
  });
  const thereAs = (indicatorValue: string): readonly WorldIndicator[] =>
    world.indicators.filter((one) => one.indicatorValue === indicatorValue);
  const idsOf = (value: string) => () => thereAs(value).map(({ id }) => String(id));
  /** One that is there. */
  const present = (): WorldIndicator => {
    const indicatorValue = newValue();
    // Downwards: no id is given twice, also not by the simulator, which goes on from the greatest.
    const id = 10_000_000 - made;
    const indicator = { ...like, id, indicatorType: 'DomainName', indicatorValue, title: 'Old' };
    world.indicators.push(indicator);
    return indicator;
  };
  const audited = (target: ActionTarget, is: (text: string) => boolean): ActionTarget => ({ ...target, isAudited: is });
  return {
    createIndicators: () => {
      const value = newValue();
      const target = wholeTarget(value, idsOf(value), { hasActionId: true });
      return requestOf('createIndicators', 'actionId: indicatorId', { tenant, indicators: [wanted(value)] }, [
        audited(target, (text) => text === `DOMAIN_NAME ${value}`),
      ]);
    },
    updateIndicators: () => {
      const { indicatorValue: value, id } = present();
      const found = () => thereAs(value).flatMap(({ title }) => (title === 'New' ? [String(id)] : []));
      const target = wholeTarget(value, found, { hasActionId: true });
      const input = { tenant, indicatorIds: [String(id)], title: 'New' };
      return requestOf('updateIndicators', 'actionId: indicatorId', input, [
        audited(target, (text) => text === String(id)),
      ]);
    },
    deleteIndicators: () => {
      const { indicatorValue: value, id } = present();
      const found = () => (thereAs(value).length === 0 ? [String(id)] : []);
      return requestOf('deleteIndicators', 'actionId: indicatorId', { tenant, indicatorIds: [String(id)] }, [
        wholeTarget(String(id), found, { hasActionId: true }),
      ]);
    },
    applyIndicators: () => {
      const value = newValue();
      const target = wholeTarget(value, () => idsOf(value)().map(() => value), { hasActionId: false });
      const input = { tenants: [tenant], set: value, indicators: [wanted(value)] };
      return requestOf('applyIndicators', '', input, [audited(target, (text) => text.startsWith(`${value}: `))]);
    },
  } as const;
};
