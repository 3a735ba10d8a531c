// What one user's log must hold, and the comparison with what it does hold.

/** Rows and batches of one log, in the order in which they were found. */
export const createLedger = (name, report) => {
  const rowsByBatch = new Map();
  let head = 0;

  const countOf = (batchId) => rowsByBatch.get(batchId)?.length ?? 0;

  return {
    countOf,
    get head() {
      return head;
    },

    /** Notes what was pulled: positions must go on without a gap, and no row may come twice. */
    note(changes) {
      for (const change of changes) {
        if (change.seq !== head + 1) report(`${name}: position ${change.seq} follows ${head}`);
        head = change.seq;
        const batchId = change.row_id.split('/', 1)[0];
        const rows = rowsByBatch.get(batchId) ?? [];
        if (rows.length > 0 && rows.at(-1).seq !== change.seq - 1)
          report(`${name}: batch ${batchId} is torn apart at ${change.seq}`);
        rows.push(change);
        rowsByBatch.set(batchId, rows);
      }
    },

    /** Compares a batch with its rows: all of them once, in order and unaltered, or, unless it `must` be there, none. */
    check({ batch_id: batchId, device_id: deviceId, changes }, must) {
      const rows = rowsByBatch.get(batchId) ?? [];
      if (rows.length === 0 && !must) return;
      if (rows.length !== changes.length) {
        report(
          `${name}: batch ${batchId} has ${rows.length} of its ${changes.length} changes${must ? ', although acknowledged' : ''}`,
        );
        return;
      }
      for (const [index, change] of changes.entries()) {
        const row = rows[index];
        const isSame =
          Object.entries(change).every(([field, value]) => row[field] === value) && row.device_id === deviceId;
        if (!isSame) report(`${name}: change ${index} of batch ${batchId} is not what was pushed`);
      }
    },
  };
};
