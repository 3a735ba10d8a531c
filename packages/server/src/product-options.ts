import type { Product } from '@synckeep/core';
import type { Command } from 'commander';
import { optionValue } from './option-value.js';
import { Refusal } from './refusal.js';

/** An id of an item or a tier, as it stands in links and on what is sold. */
export const parseSlug = (text: string): string | undefined =>
  /^[a-z0-9][a-z0-9._-]{0,63}$/.test(text) ? text : undefined;

export const slugForm = '1 to 64 small letters, digits, ".", "_" and "-", such as notes-pro';

/** A parser of commander for such an id. */
export const slug = optionValue(parseSlug, slugForm);

export interface ProductFlags {
  readonly item?: string;
  readonly tier?: string;
}

export const addProductOptions = (command: Command): Command =>
  command.option('--item <id>', 'the item: a purchase', slug).option('--tier <id>', 'the tier: a membership', slug);

/** undefined when neither is named. @throws Refusal when both are */
export const toProduct = ({ item, tier }: ProductFlags): Product | undefined => {
  if (item !== undefined && tier !== undefined) throw new Refusal('Say either --item or --tier.');
  if (tier !== undefined) return { kind: 'tier', id: tier };
  return item === undefined ? undefined : { kind: 'item', id: item };
};
