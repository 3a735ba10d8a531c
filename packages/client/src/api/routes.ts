// Generated from the operations table by `npm run openapi`.
import type { OperationName, Operations, TextType } from '@synckeep/protocol';
import type { Shape } from './shape.js';

/** What an app calls: the rest of the table is for administrators, publishers and updaters. */
export type ClientOperation = {
  [N in OperationName]: Operations[N]['path'] extends `/admin/${string}`
    ? never
    : Operations[N]['access'] extends 'public' | 'token' | 'token-or-ticket'
      ? keyof Operations[N]['answers'] extends 302
        ? never
        : Operations[N]['answers'] extends { readonly 200: TextType }
          ? never
          : N
      : never;
}[OperationName];

/** The compiler proves that each row says what the table says. */
type Routes = {
  readonly [N in ClientOperation]: Pick<Operations[N], 'method' | 'path' | 'access'> & {
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
  checkUpdate: {"method":"GET","path":"/ota/{slug}/{target}/{arch}/{current_version}","access":"public","answers":{"200":{"version":"s","url":"s","signature":"s","notes":"s","pub_date":"s"},"204":null}},
};
