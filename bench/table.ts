/** The table that a person reads. */
import type { Measurement, Row } from './row.ts';

export interface Result {
  readonly row: Row;
  /** One for each server, in the order of the command line. */
  readonly measurements: readonly (Measurement | undefined)[];
}

/** How many times better the first server is than the second. */
export function ratio([first, second]: Result['measurements']): number | undefined {
  if (first === undefined || second === undefined) return undefined;
  return first.unit === 'per second' ? first.value / second.value : second.value / first.value;
}

export function renderTable(results: readonly Result[], servers: readonly string[]): string {
  const header = ['row', ...servers, ...(servers.length > 1 ? ['ratio'] : []), 'what'];
  const lines = results.map(({ row, measurements }) => {
    const better = ratio(measurements);
    const compared = servers.length > 1 ? [better === undefined ? '-' : `${better.toFixed(2)}x`] : [];
    return [row.name, ...measurements.map(renderMeasurement), ...compared, row.what];
  });
  const table = [header, ...lines];
  const widths = header.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  return table
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function renderMeasurement(measurement: Measurement | undefined): string {
  if (measurement === undefined) return '-';
  const { value, unit, figures } = measurement;
  const more = Object.entries(figures ?? {}).map(([name, figure]) => `${name} ${round(figure)}`);
  return `${round(value)} ${unit === 'per second' ? '/s' : unit}${more.length > 0 ? ` (${more.join(', ')})` : ''}`;
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
