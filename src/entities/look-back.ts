import { InputError } from '../errors.ts';

/** The arguments that edges take, besides those of a page. */
export interface EdgeAsked {
  readonly lookBackHours?: number | null | undefined;
}

/** The longest look-back of statistics, in hours: 30 days. get-file-statistics.md */
const maxLookBackHours = 720;

/** As text, empty where none is asked for. Throws `BAD_USER_INPUT` for hours that Microsoft does not take. */
export const lookBackIn = ({ lookBackHours: hours }: EdgeAsked): string => {
  if (hours == null) return '';
  if (hours >= 1 && hours <= maxLookBackHours) return String(hours);
  throw new InputError(`lookBackHours is from 1 to ${maxLookBackHours}`, { field: 'lookBackHours' });
};

/** A parent and what is asked of its edge, as one key of the edge's loader. Ids have no line feed. */
export const askedKey = (id: string, argument: string): string => (argument === '' ? id : `${id}\n${argument}`);

/** The two again. */
export const askedIn = (key: string): readonly [id: string, argument: string | undefined] => {
  const [id = '', argument] = key.split('\n');
  return [id, argument];
};
