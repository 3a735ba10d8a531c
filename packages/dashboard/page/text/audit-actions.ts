/** What the audit log has rows of (docs/audit.md), by what was done to what. */
export const auditActions = [
  ...['app.create', 'app.update', 'app.rotate_key', 'app.delete', 'app.slug', 'app.update_key'],
  ...['user.create', 'user.register', 'user.password', 'user.password_reset', 'user.email', 'user.revoke_tokens'],
  ...['user.disable', 'user.enable', 'user.export', 'user.erase', 'device.remove'],
  ...['login', 'login.fail', 'login.end'],
  ...['second_factor.on', 'second_factor.off', 'second_factor.recovery_codes'],
  ...['membership.grant', 'membership.change', 'item.put', 'item.delete', 'tier.put', 'tier.delete'],
  ...['administrator.add', 'administrator.remove', 'admin_token.create', 'admin_token.revoke', 'secret.rotate'],
  ...['publisher.create', 'publisher.revoke'],
  ...['release.create', 'release.update', 'release.publish', 'release.withdraw', 'release.delete'],
] as const;
