import { useList } from '../api/use-api.js';

/** Items and tiers, for choosing one. */
export const useProducts = () => {
  const items = useList('listItems', { query: { limit: '500' } });
  const tiers = useList('listTiers', { query: { limit: '500' } });
  return {
    items: items.data?.pages.flatMap((page) => page.items) ?? [],
    tiers: tiers.data?.pages.flatMap((page) => page.tiers) ?? [],
    isLoaded: Boolean(items.data && tiers.data),
    error: items.error ?? tiers.error,
  };
};

/** The value of an option: `item:ID` or `tier:ID`. */
export const toProduct = (value: string) => {
  const [kind, id = ''] = value.split(/:(.*)/s);
  return { kind: kind === 'tier' ? kind : 'item', id } as const;
};

interface ProductOptionsProps extends Pick<ReturnType<typeof useProducts>, 'items' | 'tiers'> {
  /** What choosing none of them means. */
  readonly all?: string;
}

export const ProductOptions = ({ items, tiers, all = 'Choose…' }: ProductOptionsProps) => (
  <>
    <option value="">{all}</option>
    {items.length > 0 && (
      <optgroup label="Items">
        {items.map(({ id, name, paid }) => (
          <option key={id} value={`item:${id}`}>
            {name} ({paid ? 'paid' : 'free'})
          </option>
        ))}
      </optgroup>
    )}
    {tiers.length > 0 && (
      <optgroup label="Tiers">
        {tiers.map(({ id, label }) => (
          <option key={id} value={`tier:${id}`}>
            {label}
          </option>
        ))}
      </optgroup>
    )}
  </>
);
