export const parsePort = (value: string): number | undefined =>
  /^[0-9]{1,5}$/.test(value) && Number(value) <= 65_535 ? Number(value) : undefined;
