import type {} from '@synckeep/core';
import type {} from '@synckeep/protocol';
import type {} from 'pg';
import type {} from 'rxjs';
