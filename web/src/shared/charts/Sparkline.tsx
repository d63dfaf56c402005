interface SparklineProps {
  values: readonly (number | undefined)[];
  width?: number;
  height?: number;
}

/** How a figure has gone, without numbers: what it says stands beside it. */
export function Sparkline({ values, width = 72, height = 22 }: SparklineProps) {
  const known = values.filter((value) => value !== undefined);
  if (known.length < 2) return null;
  const most = Math.max(...known) || 1;
  const at = (value: number, index: number) => `${((index / (values.length - 1)) * (width - 4) + 2).toFixed(1)} ${(height - 3 - (value / most) * (height - 6)).toFixed(1)}`;
  const path = values.map((value, index) => (value === undefined ? '' : `${values[index - 1] === undefined ? 'M' : 'L'}${at(value, index)}`));
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path.join('')} fill="none" stroke="var(--accent)" strokeWidth={1.5} strokeLinejoin="round" strokeLinecap="round" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
