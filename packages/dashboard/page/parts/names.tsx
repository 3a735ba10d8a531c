import { Link } from 'wouter';
import { useAnswer } from '../api/use-api.js';

/** The beginning of an id, which tells people more than the whole of it. */
export const toShortId = (id: string): string => (id.length > 12 ? `${id.slice(0, 8)}…` : id);

/** An app by its name, or by its id while that is unknown or when it is gone. */
export const AppName = ({ id }: { readonly id: string }) => {
  const { data } = useAnswer('getApp', { params: { app_id: id } });
  return data ? <Link to={`/apps/${id}`}>{data.name}</Link> : <code title={id}>{toShortId(id)}</code>;
};

/** A user by address. A host that keeps its users itself has only ids here. */
export const UserName = ({ id }: { readonly id: string }) => {
  const { data } = useAnswer('getUser', { params: { user_id: id } });
  return <Link to={`/users/${id}`}>{data?.email ?? <code title={id}>{toShortId(id)}</code>}</Link>;
};
