import { type PointerEvent, useState } from 'react';
import { ChartTable } from './chart-table.js';
import { type Slot, toByteUnit, toMarks, toTicks } from './scale.js';
import type { Step } from './slots.js';
import { toSlotNames } from './time-names.js';
import { useWidth } from './use-width.js';

export interface ChartProps {
  readonly title: string;
  readonly slots: readonly Slot[];
  readonly step: Step;
  /** Counts of an hour or day stand beside each other; what goes on is a line. */
  readonly shape: 'bars' | 'line';
  readonly tone?: 'plain' | 'bad';
  readonly isBytes?: boolean;
  readonly format: (value: number) => string;
  /** The number that stands for all of them, and what it is. */
  readonly headline: readonly [value: string, meaning: string];
}

const height = 148;
const top = 10;
const bottom = 22;
const left = 4;

/** Values over time. The drawing is told in one sentence; the table below it has every value. */
export const Chart = (props: ChartProps) => {
  const { title, slots, step, shape, tone = 'plain', isBytes = false, format, headline } = props;
  const { ref, width } = useWidth();
  const [pointed, setPointed] = useState<number | null>(null);

  const max = slots.reduce((most, { value }) => Math.max(most, value), 0);
  const ticks = toTicks(max, 3, isBytes ? toByteUnit(max) : 1);
  const ceiling = ticks.at(-1) || 1;
  const labels = ticks.map(format);
  const right = 10 + 6.6 * Math.max(...labels.map(({ length }) => length));
  const inner = Math.max(0, width - left - right);
  const y = (value: number): number => top + (1 - value / ceiling) * (height - top - bottom);
  const slotWidth = inner / Math.max(1, slots.length);
  const x = (i: number): number => left + (i + 0.5) * slotWidth;
  const names = toSlotNames(step, slots.length > 48);
  const [value, meaning] = headline;
  const at = pointed === null ? undefined : slots[pointed];

  const point = (event: PointerEvent<SVGSVGElement>) => {
    const offset = event.clientX - event.currentTarget.getBoundingClientRect().left - left;
    setPointed(Math.min(slots.length - 1, Math.max(0, Math.floor(offset / slotWidth))));
  };
  const line = slots.map((slot, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${y(slot.value).toFixed(1)}`).join('');

  return (
    <figure className={`chart ${tone}`}>
      <figcaption>
        <h3>{title}</h3>
        <p>
          <strong>{at ? format(at.value) : value}</strong> <span>{at ? names.long(at.at) : meaning}</span>
        </p>
      </figcaption>
      <div ref={ref} className="drawing">
        {width > 0 && (
          <svg
            width={width}
            height={height}
            role="img"
            aria-label={`${title}: ${value} ${meaning}. The most at a time: ${format(max)}. All values are in the table below.`}
            onPointerMove={point}
            onPointerLeave={() => setPointed(null)}
          >
            {ticks.map((tick, i) => (
              <g key={tick} className="tick">
                <line x1={left} x2={left + inner} y1={y(tick)} y2={y(tick)} />
                <text x={width - 2} y={y(tick) + 4} textAnchor="end">
                  {labels[i]}
                </text>
              </g>
            ))}
            {shape === 'bars' ? (
              slots.map((slot, i) => {
                const thick = Math.max(1, slotWidth * 0.72);
                const tall = slot.value === 0 ? 0 : Math.max(1.5, y(0) - y(slot.value));
                return (
                  <rect
                    key={slot.at}
                    className={pointed === i ? 'column pointed' : 'column'}
                    x={x(i) - thick / 2}
                    y={y(0) - tall}
                    width={thick}
                    height={tall}
                    rx={Math.min(2.5, thick / 3)}
                  />
                );
              })
            ) : (
              <>
                <path className="area" d={`${line}L${x(slots.length - 1)} ${y(0)}L${x(0)} ${y(0)}Z`} />
                <path className="line" d={line} />
                {at && pointed !== null && (
                  <>
                    <line className="cross" x1={x(pointed)} x2={x(pointed)} y1={top} y2={y(0)} />
                    <circle cx={x(pointed)} cy={y(at.value)} r="4" />
                  </>
                )}
              </>
            )}
            {toMarks(slots, names.isNamed, Math.max(2, Math.floor(inner / 56))).map((i) => (
              <text key={i} className="mark" x={x(i)} y={height - 4} textAnchor={x(i) < 24 ? 'start' : 'middle'}>
                {names.short(slots[i]?.at ?? 0)}
              </text>
            ))}
          </svg>
        )}
      </div>
      <ChartTable {...{ title, slots, format }} nameOf={names.long} />
    </figure>
  );
};
