import { TextField } from '../../parts/field.js';
import type { Fields } from '../../parts/form.js';

/** Seconds. */
export const day = 86_400;

interface DaysFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly name: string;
  /** Days. */
  readonly least: number;
  readonly seconds: number;
}

/** A time that the server has in seconds, asked for in days. */
export const DaysField = ({ label, hint, name, least, seconds }: DaysFieldProps) => (
  <TextField
    label={label}
    hint={hint}
    name={name}
    type="number"
    min={least}
    max={3650}
    step="any"
    required
    defaultValue={seconds / day}
  />
);

export const toSeconds = (fields: Fields, name: string): number => Math.round(Number(fields.text(name)) * day);
