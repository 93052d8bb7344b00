/** Durations as kubectl's tables show ages: the two largest units, fewer the longer it gets. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const HOURS_PER_DAY = 24;
const HOURS_PER_YEAR = 365 * HOURS_PER_DAY;

/**
 * "45s", "3m12s", "25m", "5h2m", "30h", "5d2h", "120d", "2y10d", "9y". Clocks may differ by two seconds: just below zero is
 * "0s", further below "<invalid>".
 */
export function humanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / SECOND);
  if (seconds < -1 || Number.isNaN(seconds)) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${Math.abs(seconds)}s`;
  const minutes = Math.trunc(milliseconds / MINUTE);
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(milliseconds / HOUR);
  const days = Math.trunc(hours / HOURS_PER_DAY);
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (hours < 8 * HOURS_PER_DAY) return pair(days, 'd', hours % HOURS_PER_DAY, 'h');
  if (hours < 2 * HOURS_PER_YEAR) return `${days}d`;
  const years = Math.trunc(hours / HOURS_PER_YEAR);
  return hours < 8 * HOURS_PER_YEAR ? pair(years, 'y', days % 365, 'd') : `${years}y`;
}

/** The largest unit alone: "45s", "59m", "23h", "364d", "1y". */
export function shortHumanDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / SECOND);
  if (seconds < -1 || Number.isNaN(seconds)) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 60) return `${Math.abs(seconds)}s`;
  const minutes = Math.trunc(milliseconds / MINUTE);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.trunc(milliseconds / HOUR);
  if (hours < HOURS_PER_DAY) return `${hours}h`;
  if (hours < HOURS_PER_YEAR) return `${Math.trunc(hours / HOURS_PER_DAY)}d`;
  return `${Math.trunc(hours / HOURS_PER_YEAR)}y`;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}
