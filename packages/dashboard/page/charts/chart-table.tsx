import { useState } from 'react';
import type { Slot } from './scale.js';

interface ChartTableProps {
  readonly title: string;
  readonly slots: readonly Slot[];
  readonly format: (value: number) => string;
  readonly nameOf: (at: number) => string;
}

/** Every value of a chart, the newest first; made only when somebody opens it. */
export const ChartTable = ({ title, slots, format, nameOf }: ChartTableProps) => {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="as-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        Show as a table<span className="only-heard">: {title}</span>
      </summary>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className="scroll" tabIndex={0} aria-label={`${title}, table`}>
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">{title}</th>
              </tr>
            </thead>
            <tbody>
              {slots.toReversed().map(({ at, value }) => (
                <tr key={at}>
                  <th scope="row">{nameOf(at)}</th>
                  <td>{format(value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
};
