/** Room around a chart's field for the words at its sides. */
export const margin = { top: 8, right: 8, bottom: 22, left: 40 };

export const tickLabel = { fill: 'var(--text-3)', fontSize: 11, fontFamily: 'inherit' };
