import type { User, UserAdministration } from '@synckeep/accounts';
import { Refusal } from './refusal.js';

/** The user of an e-mail address or an id. @throws Refusal */
export const findUser = async (users: UserAdministration, emailOrId: string): Promise<User> => {
  const user = emailOrId.includes('@') ? await users.findByEmail(emailOrId) : await users.get(emailOrId.toLowerCase());
  if (!user) throw new Refusal(`There is no user "${emailOrId}". "synckeep user list" shows all of them.`);
  return user;
};
