/**
 * Where the rows of a log are in `sync_change` and `sync_replaced`. The number is computed by SQLite, because it does
 * not fit into a JavaScript number. Each `?` pair takes the log's number and a position.
 */
export const changeId = '((? << 36) | ?)';

/** After the first position, up to and with the second. */
export const inRange = `id > ${changeId} AND id <= ${changeId}`;

export const positionOf = '(id & 68719476735)';
