import { adminChecks } from "./checks/admin.ts";
import { attackChecks } from "./checks/attacks.ts";
import { backchannelChecks } from "./checks/backchannel.ts";
import type { Check } from "./checks/check.ts";
import { directoryChecks } from "./checks/directory.ts";
import { frontEndChecks } from "./checks/front-end.ts";
import { loginChecks } from "./checks/login.ts";
import { machineChecks } from "./checks/machine.ts";
import { manifestChecks } from "./checks/manifest.ts";
import { outageChecks } from "./checks/outage.ts";
import { permissionChecks } from "./checks/permissions.ts";
import { renewalChecks } from "./checks/renewal.ts";
import { sessionAttackChecks } from "./checks/session-attacks.ts";
import { sessionChecks } from "./checks/sessions.ts";
import { tenancyChecks } from "./checks/tenancy.ts";
import { tokenChecks } from "./checks/tokens.ts";
import { webhookChecks } from "./checks/webhooks.ts";

/** Every check, each of which cites a requirement. */
export const CHECKS: readonly Check[] = Object.freeze([
  ...manifestChecks,
  ...tokenChecks,
  ...sessionChecks,
  ...renewalChecks,
  ...backchannelChecks,
  ...loginChecks,
  ...tenancyChecks,
  ...permissionChecks,
  ...machineChecks,
  ...frontEndChecks,
  ...webhookChecks,
  ...directoryChecks,
  ...adminChecks,
  ...outageChecks,
  ...attackChecks,
  ...sessionAttackChecks,
]);
