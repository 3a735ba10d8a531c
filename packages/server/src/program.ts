import { version } from '@synckeep/protocol';
import { Command } from 'commander';
import { adminTokenCreate } from './commands/admin-token-create.js';
import { adminTokenList } from './commands/admin-token-list.js';
import { adminTokenRevoke } from './commands/admin-token-revoke.js';
import { administratorCreate } from './commands/administrator-create.js';
import { administratorList } from './commands/administrator-list.js';
import { administratorRemove } from './commands/administrator-remove.js';
import { administratorSetUpLink } from './commands/administrator-set-up-link.js';
import { appCreate } from './commands/app-create.js';
import { appDelete } from './commands/app-delete.js';
import { appList } from './commands/app-list.js';
import { appRotateKey } from './commands/app-rotate-key.js';
import { appShow } from './commands/app-show.js';
import { appUpdate } from './commands/app-update.js';
import { auditList } from './commands/audit-list.js';
import { backup } from './commands/backup.js';
import { backupList } from './commands/backup-list.js';
import { backupPrune } from './commands/backup-prune.js';
import { backupVerify } from './commands/backup-verify.js';
import { blobsCollect } from './commands/blobs-collect.js';
import { blobsCopy } from './commands/blobs-copy.js';
import { blobsCors } from './commands/blobs-cors.js';
import { compact } from './commands/compact.js';
import { epochRotate } from './commands/epoch-rotate.js';
import { exportCommand } from './commands/export.js';
import { importCommand } from './commands/import.js';
import { itemDelete } from './commands/item-delete.js';
import { itemList } from './commands/item-list.js';
import { itemPut } from './commands/item-put.js';
import { maintain } from './commands/maintain.js';
import { membershipChange } from './commands/membership-change.js';
import { membershipGrant } from './commands/membership-grant.js';
import { membershipList } from './commands/membership-list.js';
import { migrate } from './commands/migrate.js';
import { publisherCreate } from './commands/publisher-create.js';
import { publisherKey } from './commands/publisher-key.js';
import { publisherList } from './commands/publisher-list.js';
import { publisherRevoke } from './commands/publisher-revoke.js';
import { releaseCreate } from './commands/release-create.js';
import { releaseDelete } from './commands/release-delete.js';
import { releaseDownloads } from './commands/release-downloads.js';
import { releaseList } from './commands/release-list.js';
import { releasePublish } from './commands/release-publish.js';
import { releaseSlug } from './commands/release-slug.js';
import { releaseUpload } from './commands/release-upload.js';
import { releaseWithdraw } from './commands/release-withdraw.js';
import { restore } from './commands/restore.js';
import { secretRotate } from './commands/secret-rotate.js';
import { serve } from './commands/serve.js';
import { tierDelete } from './commands/tier-delete.js';
import { tierList } from './commands/tier-list.js';
import { tierPut } from './commands/tier-put.js';
import { userCreate } from './commands/user-create.js';
import { userEmail } from './commands/user-email.js';
import { userErase } from './commands/user-erase.js';
import { userInvite } from './commands/user-invite.js';
import { userList } from './commands/user-list.js';
import { userPassword } from './commands/user-password.js';
import { userResetLink } from './commands/user-reset-link.js';
import { userRevokeTokens } from './commands/user-revoke-tokens.js';
import { userSecondFactorOff } from './commands/user-second-factor-off.js';
import { userVerifyLink } from './commands/user-verify-link.js';
import { verify } from './commands/verify.js';

const group = (name: string, summary: string, ...commands: readonly Command[]): Command => {
  const command = new Command(name).description(summary);
  for (const each of commands) command.addCommand(each);
  return command;
};

/** The command line of `synckeep`. */
export const createProgram = (): Command =>
  new Command('synckeep')
    .description('End-to-end encrypted sync for apps, on your own machine.')
    .version(version)
    // An option after the name of a command is that command's, also where a command above it has the same one.
    .enablePositionalOptions()
    .addCommand(serve())
    .addCommand(
      group(
        'app',
        'Register and administer apps.',
        appCreate(),
        appList(),
        appShow(),
        appUpdate(),
        appRotateKey(),
        appDelete(),
      ),
    )
    .addCommand(
      group(
        'user',
        'Make and administer users.',
        userCreate(),
        userInvite(),
        userList(),
        userPassword(),
        userResetLink(),
        userEmail(),
        userVerifyLink(),
        userSecondFactorOff(),
        userRevokeTokens(),
        userErase(),
      ),
    )
    .addCommand(
      group(
        'release',
        'Publish updates of an app, from any machine that has a publishing token.',
        releaseSlug(),
        releaseCreate(),
        releaseUpload(),
        releasePublish(),
        releaseWithdraw(),
        releaseList(),
        releaseDownloads(),
        releaseDelete(),
      ),
    )
    .addCommand(group('item', 'Administer what can be bought once.', itemPut(), itemList(), itemDelete()))
    .addCommand(group('tier', 'Administer tiers of membership.', tierPut(), tierList(), tierDelete()))
    .addCommand(
      group(
        'membership',
        'Administer what users have bought.',
        membershipGrant(),
        membershipList(),
        membershipChange(),
      ),
    )
    .addCommand(
      group(
        'publisher',
        'Say who may publish updates of an app.',
        publisherCreate(),
        publisherList(),
        publisherRevoke(),
        publisherKey(),
      ),
    )
    .addCommand(
      group(
        'administrator',
        'Say which users may administer this server in a browser.',
        administratorCreate(),
        administratorList(),
        administratorRemove(),
        administratorSetUpLink(),
      ),
    )
    .addCommand(
      group(
        'admin-token',
        'Administer tokens for the admin API.',
        adminTokenCreate(),
        adminTokenList(),
        adminTokenRevoke(),
      ),
    )
    .addCommand(group('blobs', 'Administer the places of encrypted files.', blobsCollect(), blobsCopy(), blobsCors()))
    .addCommand(group('audit', 'Read the audit log.', auditList()))
    .addCommand(group('secret', 'Administer the signing secrets.', secretRotate()))
    .addCommand(group('epoch', 'Administer the epochs of logs.', epochRotate()))
    .addCommand(backup(backupList(), backupPrune(), backupVerify()))
    .addCommand(restore())
    .addCommand(verify())
    .addCommand(exportCommand())
    .addCommand(importCommand())
    .addCommand(compact())
    .addCommand(maintain())
    .addCommand(migrate());
