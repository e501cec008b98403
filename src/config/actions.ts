import { choice, flag, section } from './fields.ts';

const onOff = () => choice(['on', 'off']).default('on');

/** What may be done at all: everything, unless a switch is off. */
export const actionsSchema = section({
  readOnly: flag().default(false),
  categories: section({ machine: onOff(), liveResponse: onOff(), triage: onOff(), indicators: onOff() }).default({
    machine: 'on',
    liveResponse: 'on',
    triage: 'on',
    indicators: 'on',
  }),
});
