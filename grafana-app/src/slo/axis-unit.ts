/** A unit of time as Grafana's `suffix:` shows it, and its length. */
export interface AxisUnit {
  unit: string;
  seconds: number;
}

const units: readonly AxisUnit[] = [
  { unit: 'suffix:d', seconds: 86_400 },
  { unit: 'suffix:h', seconds: 3_600 },
  { unit: 'suffix:min', seconds: 60 },
];

/** In which unit an axis up to so many seconds has round ticks: Grafana's own unit for seconds puts them at `13.9 hours`. */
export function axisUnit(longestSeconds: number): AxisUnit {
  return units.find(({ seconds }) => longestSeconds >= 2 * seconds) ?? { unit: 's', seconds: 1 };
}

/** A field's values and its unit, in seconds before. */
export function inAxisUnit(seconds: readonly (number | null)[], { unit, seconds: length }: AxisUnit) {
  return { unit, values: seconds.map((value) => (value === null ? null : value / length)) };
}
