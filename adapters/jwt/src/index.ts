import type {} from '@synckeep/core';
import type {} from '@synckeep/protocol';
import type {} from 'jose';
import type {} from 'zod';
