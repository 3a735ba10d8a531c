// Generated from the operations table by `npm run openapi`.
import type { OperationName, Operations } from '@synckeep/protocol';
import type { Shape } from './shape.js';

/** The compiler proves that each row says what the table says. */
type Routes = {
  readonly [N in OperationName]: Pick<Operations[N], 'method' | 'path' | 'access'> & {
    readonly answers: Readonly<Record<number, Shape | 'stream' | null>>;
  };
};

export const routes: Routes = {
  login: {"method":"POST","path":"/auth","access":"public","answers":{"200":{"token":"s","user_id":"s","app_id":"s"}}},
  renewToken: {"method":"POST","path":"/auth/renew","access":"token","answers":{"200":{"token":"s","user_id":"s","app_id":"s"}}},
  registerDevice: {"method":"POST","path":"/devices","access":"token","answers":{"200":{"id":"s","app_id":"s","user_id":"s","device_name":"s","platform":"s","created_at":"s","last_seen_at":"s","last_push":"n"},"201":{"id":"s","app_id":"s","user_id":"s","device_name":"s","platform":"s","created_at":"s","last_seen_at":"s","last_push":"n"}}},
  listDevices: {"method":"GET","path":"/devices","access":"token","answers":{"200":{"[]":{"id":"s","app_id":"s","user_id":"s","device_name":"s","platform":"s","created_at":"s","last_seen_at":"s","last_push":"n"}}}},
  renameDevice: {"method":"PATCH","path":"/devices/{device_id}","access":"token","answers":{"200":{"id":"s","app_id":"s","user_id":"s","device_name":"s","platform":"s","created_at":"s","last_seen_at":"s","last_push":"n"}}},
  deleteDevice: {"method":"DELETE","path":"/devices/{device_id}","access":"token","answers":{"204":null}},
  push: {"method":"POST","path":"/push","access":"token","answers":{"200":{"cursor":["s","n"],"accepted":"n","replayed":"b","missing_blobs":{"[]":"s"},"server_time":"s"}}},
  pull: {"method":"POST","path":"/pull","access":"token","answers":{"200":{"changes":{"[]":{"table":"s","op":"s","row_id":"s","timestamp":"s","data":"a","seq?":"n","device_id?":"s","key_version?":["n","0"],"blobs?":{"[]":"s"}}},"cursor":["s","n"],"has_more":"b","last_push":"n","server_time":"s"}}},
  status: {"method":"GET","path":"/status","access":"token","answers":{"200":{"total_changes":"n","latest_cursor":["s","n"],"key_version":["n","0"],"bytes_used":"n","bytes_limit":["n","0"],"access":"s","server_time":"s"}}},
  limits: {"method":"GET","path":"/limits","access":"public","answers":{"200":{"protocol":"n","version":"s","features":{"[]":"s"},"limits":{"*":"n"},"rate_limits":[{"*":{"burst":"n","per_second":"n"}},"0"]}}},
  putKey: {"method":"PUT","path":"/keys","access":"token","answers":{"200":{"key_version":"n"}}},
  getKey: {"method":"GET","path":"/keys","access":"token","answers":{"200":{"encrypted_key":"s","key_version":"n","new_encrypted_key?":"s","new_key_version?":"n"}}},
  keyHistory: {"method":"GET","path":"/keys/history","access":"token","answers":{"200":{"keys":{"[]":{"encrypted_key":"s","key_version":"n","replaced_at":"s","reason":"s"}}}}},
  beginRotation: {"method":"POST","path":"/keys/rotate/begin","access":"token","answers":{"200":{"key_version":"n","remaining":"n"}}},
  rotationEntries: {"method":"POST","path":"/keys/rotate/entries","access":"token","answers":{"200":{"entries":{"[]":{"seq":"n","table":"s","op":"s","row_id":"s","timestamp":"s","data":"s","key_version":["n","0"]}},"cursor":["s","n"],"has_more":"b"}}},
  rotationBatch: {"method":"POST","path":"/keys/rotate/batch","access":"token","answers":{"200":{"updated":"n","remaining":"n"}}},
  completeRotation: {"method":"POST","path":"/keys/rotate/complete","access":"token","answers":{"200":{"key_version":"n","unreadable":"n"}}},
  abortRotation: {"method":"POST","path":"/keys/rotate/abort","access":"token","answers":{"200":{"key_version":"n"}}},
  reset: {"method":"POST","path":"/reset","access":"token","answers":{"200":{"key_version":"n"}}},
  uploadBlob: {"method":"POST","path":"/blobs/upload","access":"token","answers":{"200":{"upload_url":"s","already_exists":"b","upload_headers?":{"*":"s"},"upload?":{"id":"s","part_size":"n","parts":{"[]":{"part_number":"n","url":"s"}}}}}},
  confirmBlob: {"method":"POST","path":"/blobs/confirm","access":"token","answers":{"200":{"hash":"s","size_bytes":"n"}}},
  downloadBlob: {"method":"POST","path":"/blobs/download","access":"token","answers":{"200":{"download_url":"s"}}},
  deleteBlob: {"method":"DELETE","path":"/blobs/{hash}","access":"token","answers":{"204":null}},
  subscribe: {"method":"GET","path":"/subscribe","access":"token-or-ticket","answers":{"200":"stream"}},
  subscribeTicket: {"method":"POST","path":"/subscribe/ticket","access":"token","answers":{"200":{"ticket":"s","expires_in":"n"}}},
  listApps: {"method":"GET","path":"/admin/apps","access":"admin","answers":{"200":{"apps":{"[]":{"app_id":"s","name":"s","paused":"b","link":[{"kind":"s","id":"s","paid":"b"},"0"],"created_at":"s"}},"next":"a"}}},
  linkApp: {"method":"PUT","path":"/admin/apps/{app_id}/link","access":"admin","answers":{"200":{"app_id":"s","name":"s","paused":"b","link":[{"kind":"s","id":"s","paid":"b"},"0"],"created_at":"s"}}},
  unlinkApp: {"method":"DELETE","path":"/admin/apps/{app_id}/link","access":"admin","answers":{"204":null}},
  listItems: {"method":"GET","path":"/admin/items","access":"admin","answers":{"200":{"items":{"[]":{"id":"s","name":"s","paid":"b"}},"next":"a"}}},
  putItem: {"method":"PUT","path":"/admin/items/{item_id}","access":"admin","answers":{"200":{"id":"s","name":"s","paid":"b"}}},
  deleteItem: {"method":"DELETE","path":"/admin/items/{item_id}","access":"admin","answers":{"204":null}},
  listTiers: {"method":"GET","path":"/admin/tiers","access":"admin","answers":{"200":{"tiers":{"[]":{"id":"s","label":"s","item_id":"a","blob_limit":["n","0"],"bytes_limit":["n","0"]}},"next":"a"}}},
  putTier: {"method":"PUT","path":"/admin/tiers/{tier_id}","access":"admin","answers":{"200":{"id":"s","label":"s","item_id":"a","blob_limit":["n","0"],"bytes_limit":["n","0"]}}},
  deleteTier: {"method":"DELETE","path":"/admin/tiers/{tier_id}","access":"admin","answers":{"204":null}},
  listMemberships: {"method":"GET","path":"/admin/memberships","access":"admin","answers":{"200":{"memberships":{"[]":{"id":"s","user_id":"s","kind":"s","product_id":"s","starts_at":"s","ends_at":["s","0"],"grace_seconds":"n","source":[{"provider":"s","reference":"s"},"0"]}},"next":"a"}}},
  grantMembership: {"method":"POST","path":"/admin/users/{user_id}/memberships","access":"admin","answers":{"201":{"id":"s","user_id":"s","kind":"s","product_id":"s","starts_at":"s","ends_at":["s","0"],"grace_seconds":"n","source":[{"provider":"s","reference":"s"},"0"]}}},
  changeMembership: {"method":"PATCH","path":"/admin/users/{user_id}/memberships/{membership_id}","access":"admin","answers":{"200":{"id":"s","user_id":"s","kind":"s","product_id":"s","starts_at":"s","ends_at":["s","0"],"grace_seconds":"n","source":[{"provider":"s","reference":"s"},"0"]}}},
  listAudit: {"method":"GET","path":"/admin/audit","access":"admin","answers":{"200":{"rows":{"[]":{"at":"s","action":"s","actor":{"kind":"s","id":"a"},"app_id":"a","subject":[{"kind":"s","id":"a"},"0"],"address":"a","details":{"*":"a"}}},"next":"a"}}},
  receiveWebhook: {"method":"POST","path":"/webhooks/{provider}","access":"signed","answers":{"200":{"result":"s"}}},
};
