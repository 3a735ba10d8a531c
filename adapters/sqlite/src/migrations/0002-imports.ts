/**
 * `import_id` names the import that brought a scope here; NULL when it began here. While `held` is 1 the import holds
 * the scope and nobody sees it; `import_run` is the try that writes to it, NULL once it is sealed.
 */
export const sql = `
ALTER TABLE sync_scope ADD COLUMN import_id TEXT;
ALTER TABLE sync_scope ADD COLUMN import_run TEXT;
ALTER TABLE sync_scope ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
CREATE INDEX sync_scope_held ON sync_scope (import_id) WHERE held = 1;
`;
