/**
 * `touched_at`: when a blob was last confirmed, found by a reservation or named by a push, to the hour; NULL when that is not
 * known. `unnamed`: the newest change that was appended with data and does not say which blobs it names.
 */
export const sql = `
ALTER TABLE sync_blob ADD COLUMN touched_at INTEGER;
ALTER TABLE sync_scope ADD COLUMN unnamed INTEGER NOT NULL DEFAULT 0;
`;
